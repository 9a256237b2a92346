"""Which header names which field. How a row is read with them is layout.py's business."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from merchants.statements.faults import StatementRefused
from merchants.statements.records import MAPPABLE
from merchants.statements.rows import Row

# Fields that only help to make a record: parts of an instant, and the deduction columns beside a sale.
HELPERS = frozenset({"txn_time", "deduction", "clause", "notice_no", "currency"})
FIELDS = MAPPABLE | HELPERS
MAX_COLUMNS = 1_000
MONEY = ("gross", "discount", "fee", "deduction", "net")

# Header aliases, best first: where several name one number, the first found counts (domain.md §1.8).
ALIASES: dict[str, tuple[str, ...]] = {
    "settle_date": ("结算日期", "清算日期", "清算日", "入账日期", "结算日", "划款日期", "到账日期"),
    "mid": ("商户编号", "商户号", "商户代码", "商户ID", "受理商户编号"),
    "tid": ("终端号", "终端编号", "设备号", "终端代码", "终端ID", "POS终端号"),
    "sn": ("终端序列号", "机具序列号", "序列号", "机身号", "TUSN"),
    "txn_on": ("交易日期", "交易日", "扣款日期"),
    "txn_at": ("交易日期时间", "交易时间日期", "交易发生时间", "扣款时间"),
    "txn_time": ("交易时间", "时间"),
    "txn_type": ("交易类型", "交易类别", "业务类型", "交易名称", "类型"),
    "batch": ("批次号", "交易批次号", "批次"),
    "trace": ("凭证号", "POS流水号", "终端流水号", "系统跟踪号", "流水号", "交易流水", "交易流水号"),
    "rrn": ("参考号", "系统参考号", "检索参考号", "交易参考号", "RRN"),
    "auth_code": ("授权码", "授权号"),
    "card_masked": ("卡号", "交易卡号", "主账号", "银行卡号"),
    "channel": ("支付方式", "支付渠道", "交易渠道", "卡类型", "卡类别"),
    "gross": ("交易金额", "金额", "消费金额", "交易本金"),
    "discount": ("优惠金额", "商家优惠"),
    "fee": ("手续费", "交易手续费", "商户手续费"),
    "fee_rate": ("费率", "手续费率", "扣率"),
    "deduction": ("其他扣款", "其它扣款", "扣款金额", "其他费用", "其它费用", "扣费金额"),
    "fee_code": ("扣款名称", "费用名称", "扣费名称", "扣款项目", "费用类型", "扣款类型"),
    "clause": ("扣款依据", "收费依据", "依据", "协议条款"),
    "notice_no": ("通知号", "扣款通知号", "通知编号"),
    "net": ("结算金额", "入账金额", "清算净额", "应结金额", "清算金额", "到账金额"),
    "status": ("交易状态", "状态", "交易结果"),
    "order_no": ("订单号", "商户订单号"),
    "platform_no": ("平台单号", "交易单号", "平台订单号", "平台流水号"),
    "refund_no": ("退款单号", "商户退款单号"),
    "currency": ("币种", "交易币种", "货币种类", "货币"),
    "memo": ("备注", "附言", "摘要", "说明", "商户备注"),
}

# Never kept (domain.md rule 8 and §1.8): persons and card secrets. These columns are emptied before anything sees them.
DROPPED = re.compile(
    r"(持卡人|客户|付款人|出金方).*(姓名|名称|身份证|证件|手机|电话)|^姓名$|身份证|证件号|手机号|^手机$|有效期|CVN|CVV|磁道|^PIN$|^密码$",
    re.IGNORECASE,
)


def plain(header: str) -> str:
    """A header without blanks, width, case and a bracketed unit: `交易金额（元）` and `交易金额` are one."""
    text = unicodedata.normalize("NFKC", header).strip("`'\" \t\r\n\ufeff\u200b")
    text = re.sub(r"\s+", "", text).removeprefix("#")
    return re.sub(r"[(\[][^()\[\]]*[)\]]$", "", text).upper() or text.upper()


BUILT_IN = {plain(alias): (rank, field) for field, aliases in ALIASES.items() for rank, alias in enumerate(aliases)} | {
    field.upper(): (0, field) for field in MAPPABLE
}


@dataclass(frozen=True)
class Columns:
    """The columns of one table: `index` says where each field stands, `dropped` which ones are emptied."""

    names: list[str]
    index: dict[str, int]
    dropped: list[int]
    line: int

    @property
    def width(self) -> int:
        return len(self.names)

    def name(self, at: int) -> str:
        """The header above a cell, or the number of the column where there is none."""
        return self.names[at] if at < len(self.names) and self.names[at] else f"#{at + 1}"

    def of(self, field: str) -> str:
        return self.name(self.index[field])


def match(row: Row, own: Mapping[str, str | None] | None = None) -> Columns:
    """What a header row names. `own` (header to field, or None to leave a column out) comes before the aliases.

    Raises StatementRefused when one name stands twice, or two names of one amount stand side by side.
    """
    names = rejoined(row.cells)
    while names and not names[-1].strip():
        names.pop()
    own = own or {}
    found: dict[str, tuple[int, int]] = {}
    for at, name in enumerate(names):
        key = plain(name)
        if not key or DROPPED.search(key):
            continue
        rank, field = (-1, own[key]) if key in own else BUILT_IN.get(key, (0, None))
        if field is None:
            continue
        if field not in found:
            found[field] = (rank, at)
            continue
        _refuse_doubt(row.line, names, field, found[field], (rank, at))
        found[field] = min(found[field], (rank, at))
    dropped = [at for at, name in enumerate(names) if DROPPED.search(plain(name))]
    index = {field: at for field, (_, at) in found.items()}
    return Columns([name.strip("`'\" \t\ufeff") for name in names], index, dropped, row.line)


def _refuse_doubt(line: int, names: list[str], field: str, one: tuple[int, int], other: tuple[int, int]) -> None:
    first, second = names[one[1]].strip(), names[other[1]].strip()
    if plain(first) == plain(second):
        raise StatementRefused("header_twice", name=first, line=line, first=one[1] + 1, second=other[1] + 1)
    if field in MONEY and min(one[0], other[0]) >= 0:
        raise StatementRefused("header_same", line=line, first=first, second=second)


def rejoined(cells: list[str]) -> list[str]:
    """Headers such as `交易金额(15,2)` that the delimiter cut in two, whole again."""
    joined: list[str] = []
    for cell in cells:
        if joined and joined[-1].count("(") > joined[-1].count(")") and ")" in cell:
            joined[-1] += "," + cell
        else:
            joined.append(cell)
    return joined


def known(row: Row, own: Mapping[str, str | None] | None = None) -> set[str]:
    """The fields a row would name if it were a header."""
    own = own or {}
    keys = [plain(name) for name in rejoined(row.cells)]
    return {field for key in keys if (field := own.get(key) or BUILT_IN.get(key, (0, None))[1])}


def find_header(head: list[Row], own: Mapping[str, str | None] | None = None) -> Row | None:
    """The first row that names a day, an amount and a merchant, terminal or reference."""
    for row in head:
        if not 3 <= len(row.cells) <= MAX_COLUMNS:
            continue
        fields = known(row, own)
        if fields & {"settle_date", "txn_on", "txn_at"} and fields & {"gross", "net", "deduction"}:
            if own or fields & {"mid", "tid", "rrn", "platform_no", "order_no"}:
                return row
    return None
