"""Every reason for which a statement file, a row or a cell is refused, in both languages. Who refuses is elsewhere."""

from config.errors import Invalid
from config.text import Text

FILE = {
    "empty": Text("文件是空的。请重新导出对账单再上传。", "The file is empty. Export the statement again and upload it."),
    "too_large": Text(
        "文件超过 {limit} MB。请按月或按周分开导出。", "The file is larger than {limit} MB. Export it by month or by week."
    ),
    "html": Text(
        "这是网页文件，不是表格。请用 Excel 打开，另存为 .xlsx 或 CSV 再上传。",
        "This is a web page, not a table. Open it in Excel, save it as .xlsx or CSV and upload that.",
    ),
    "old_excel": Text(
        "这是旧版 Excel 文件（.xls）。请用 Excel 打开，另存为 .xlsx 再上传。",
        "This is an old Excel file (.xls). Open it in Excel, save it as .xlsx and upload that.",
    ),
    "encrypted": Text(
        "这个文件有打开密码。请去掉密码另存一份再上传。", "This file is protected by a password. Save a copy without it and upload that."
    ),
    "archive": Text(
        "这是压缩包。请先解压，再上传里面的 CSV 或 .xlsx 文件。",
        "This is an archive. Unpack it and upload the CSV or .xlsx file inside.",
    ),
    "other_type": Text(
        "这是 {kind} 文件，不是对账单表格。请上传 CSV 或 .xlsx 文件。",
        "This is a {kind} file, not a statement table. Upload a CSV or .xlsx file.",
    ),
    "binary": Text(
        "文件内容不是文字，无法读取。请上传 CSV 或 .xlsx 文件。", "The file holds no text that can be read. Upload a CSV or .xlsx file."
    ),
    "xlsx_broken": Text(
        "这个 .xlsx 文件已损坏（{where}）。请用 Excel 打开，另存一份再上传。",
        "This .xlsx file is damaged ({where}). Open it in Excel, save a copy and upload that.",
    ),
    "xlsx_bomb": Text(
        "这个 .xlsx 文件解压后过大或条目过多，已停止读取。请只保留对账单工作表，另存一份再上传。",
        "This .xlsx file unpacks to too much or holds too many parts; reading was stopped. Keep only the statement sheet, save a copy and upload that.",
    ),
    "xlsx_entities": Text(
        "这个 .xlsx 文件带有外部实体定义，已停止读取。请用 Excel 打开，另存一份再上传。",
        "This .xlsx file defines XML entities; reading was stopped. Open it in Excel, save a copy and upload that.",
    ),
    "too_wide": Text(
        "第 {line} 行有超过 {limit} 列。请确认上传的是对账单，并删去多余的列。",
        "Row {line} has more than {limit} columns. Check that this is the statement and remove the extra columns.",
    ),
    "no_header": Text(
        "没有找到对账单的表头：需要日期、金额和商户号（或终端号、参考号）的列名。请检查文件，或为这些列指定含义。",
        "No statement header was found: names of columns for a date, an amount and a merchant number (or terminal or reference) are needed. Check the file, or say what its columns mean.",
    ),
    "not_this_format": Text(
        "文件的表头不是「{format}」的格式。请改用自动识别，或核对文件。",
        "The header of the file is not that of “{format}”. Use automatic detection, or check the file.",
    ),
    "header_missing": Text(
        "表头（第 {line} 行）缺少列：{names}。请补上这一列，或为已有的列指定含义。",
        "The header (row {line}) lacks a column: {names}. Add it, or say which column holds it.",
    ),
    "header_twice": Text(
        "列名「{name}」在表头（第 {line} 行）出现了不止一次（第 {first} 列和第 {second} 列），分不清用哪一列。请删去或改名其中一列。",
        "The column “{name}” stands more than once in the header (row {line}: columns {first} and {second}), so it is unclear which one counts. Remove or rename one of them.",
    ),
    "header_same": Text(
        "表头（第 {line} 行）的「{first}」和「{second}」都是同一项金额，分不清用哪一列。请删去其中一列，或指定含义。",
        "“{first}” and “{second}” in the header (row {line}) name the same amount, so it is unclear which one counts. Remove one, or say what it means.",
    ),
}  # fmt: skip

ROW = {
    "ragged_short": Text("这一行只有 {got} 列，表头有 {want} 列，从这一列起缺失。", "This row has {got} columns, the header {want}; from this one on they are missing."),
    "ragged_long": Text("这一行有 {got} 列，表头只有 {want} 列，多出的内容不知属于哪一列。", "This row has {got} columns, the header only {want}; what is left over belongs to none."),
    "too_long": Text("这一格的内容过长，无法读取。", "This cell is too long to be read."),
    "quote": Text("引号没有成对，无法分清各列。", "A quotation mark is not closed, so the columns cannot be told apart."),
    "encoding": Text("这一格有无法识别的字节，文字已损坏。", "This cell holds bytes that cannot be read; its text is damaged."),
    "control_char": Text("这一格有看不见的控制字符。", "This cell holds an invisible control character."),
    "no_type": Text("没有写交易类型，也没有扣款金额，无法判断这一行是什么。", "There is neither a transaction type nor a deducted amount, so it is unclear what this row is."),
    "unknown_type": Text("不认识交易类型「{value}」。", "The transaction type “{value}” is not known."),
    "unknown_status": Text("不认识交易状态「{value}」。", "The status “{value}” is not known."),
    "currency": Text("币种是「{value}」，只支持人民币。", "The currency is “{value}”; only renminbi is supported."),
    "no_amount": Text("没有金额。", "There is no amount."),
    "zero_deduction": Text("扣款行的金额是 0。", "The amount of this deduction is zero."),
    "negative_sale": Text("交易类型是「{value}」，金额却是负数。", "The type is “{value}”, yet the amount is negative."),
    "no_day": Text("没有日期。", "There is no date."),
    "formula": Text("这一格是公式，但没有保存计算结果。请在 Excel 里重新计算并保存。", "This cell is a formula without a saved result. Recalculate and save it in Excel."),
    "cell_error": Text("这一格是错误值 {value}。", "This cell holds the error {value}."),
}  # fmt: skip

VALUE = {
    "amount": Text("「{value}」不是金额。请写成 1234.56 的样子。", "“{value}” is not an amount. Write it like 1234.56."),
    "amount_comma": Text("「{value}」的逗号和小数点分不清。请写成 1,234.56 或 1234.56。", "Comma and point of “{value}” are ambiguous. Write 1,234.56 or 1234.56."),
    "amount_decimals": Text("金额「{value}」超过两位小数。", "The amount “{value}” has more than two decimals."),
    "amount_large": Text("金额「{value}」过大。", "The amount “{value}” is too large."),
    "number": Text("「{value}」不是费率。请写成 0.60% 的样子。", "“{value}” is not a rate. Write it like 0.60%."),
    "day": Text("「{value}」不是日期。请写成 2026-08-16 的样子。", "“{value}” is not a date. Write it like 2026-08-16."),
    "no_such_day": Text("没有「{value}」这一天。", "There is no such day as “{value}”."),
    "year": Text("「{value}」的年份不在 {first} 至 {last} 年之间。", "The year of “{value}” is not between {first} and {last}."),
    "clock": Text("「{value}」不是时间。请写成 13:42:10 的样子。", "“{value}” is not a time of day. Write it like 13:42:10."),
    "scientific": Text("「{value}」是科学计数法，后几位数字已经丢失。请把这一列设为文本，重新导出。", "“{value}” is in scientific notation and its last digits are lost. Format this column as text and export again."),
    "long_number": Text("「{value}」是以数值保存的长号码，数字可能已经丢失。请把这一列设为文本，重新导出。", "“{value}” is a long number stored as a numeric value and may have lost digits. Format this column as text and export again."),
    "lost_zero": Text("「{value}」以数值保存，应有 {want} 位，开头的 0 可能已经丢失。请把这一列设为文本，重新导出。", "“{value}” is stored as a numeric value but should have {want} digits; leading zeros may be lost. Format this column as text and export again."),
    "identifier": Text("「{value}」不是号码：只能有字母、数字和 - _ . / 号，最多 {limit} 位。", "“{value}” is not a number or code: only letters, digits and - _ . / are allowed, at most {limit}."),
    "card": Text("这一格不是卡号（13 至 19 位，或已打星号）。", "This cell is not a card number (13 to 19 digits, or masked)."),
}  # fmt: skip


class StatementRefused(Invalid):
    """A file that could not be read at all. `reason` is its key in FILE; `str()` says what to do."""

    def __init__(self, reason: str, **values: object):
        super().__init__(FILE[reason].format(**values))
        self.reason = reason

    def __reduce__(self):
        return (_refused, (self.reason, self.text))


def _refused(reason: str, text: Text) -> StatementRefused:
    again = StatementRefused.__new__(StatementRefused)
    Invalid.__init__(again, text)
    again.reason = reason
    return again


class WrongUse(Invalid):
    """The reader was asked wrongly: an unknown format, a mapping that makes no sense, a path that is no file."""

    exit_code = 2


class BadValue(Exception):
    """A cell whose value is refused; `text` says why. The reader adds row and column."""

    def __init__(self, text: Text, **values: object):
        super().__init__()
        self.text = text.format(**values) if values else text


class BadRow(BadValue):
    """A row that is refused because of `column` (a header's name, or its number)."""

    def __init__(self, column: str, text: Text, **values: object):
        super().__init__(text, **values)
        self.column = column
