"""The words statements use for types, fees, states and channels, as tables. Reading rows with them is layout.py's business."""

import re
from functools import lru_cache

from merchants.statements.faults import ROW, BadValue
from merchants.statements.values import shown, tidy

# A row that is only a deduction is one of these; its direction says whether money was taken or given back.
DEDUCTIONS = frozenset({"FEE", "ADJUST", "HOLD", "RELEASE", "DEPOSIT", "WITHDRAW"})
SALES = frozenset({"SALE", "PREAUTH_DONE"})
BACK = frozenset({"VOID", "REFUND", "REVERSAL"})

# Words looked for in 交易类型, in this order; the first that occurs decides. Direction empty: the amount's sign decides.
TYPES: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("日汇总", "汇总", "小计"), "SUMMARY", ""),
    (("退费", "扣款退", "扣款撤销", "扣款冲正", "费用退", "费用返还", "返还扣款", "手续费退"), "FEE", "C"),
    (("退押金", "押金退", "返还押金", "退保证金", "保证金退"), "DEPOSIT", "C"),
    (("解冻", "释放", "解除", "恢复结算"), "RELEASE", "C"),
    (("冻结", "暂缓", "延迟结算", "暂停结算", "留存"), "HOLD", "D"),
    (("押金", "保证金", "机具款", "激活费"), "DEPOSIT", "D"),
    (("调账", "调整", "差错", "长款", "短款", "贷记", "借记调"), "ADJUST", ""),
    (("冲正",), "REVERSAL", "D"),
    (("预授权完成撤销", "撤销", "撤消"), "VOID", "D"),
    (("退货", "退款"), "REFUND", "D"),
    (("预授权完成",), "PREAUTH_DONE", "C"),
    (("提现", "出款", "划款", "代付"), "WITHDRAW", "D"),
    (("扣款", "扣费", "补扣", "代扣", "服务费", "流量费", "通讯费", "会员费", "占用费", "违约金", "滞纳金", "年费", "月费"), "FEE", ""),
    (("预授权", "查询", "签到", "余额"), "", ""),
    (("消费", "支付", "收款", "交易", "销售", "扫码", "主扫", "被扫", "分期", "刷卡"), "SALE", "C"),
)  # fmt: skip
CODES = {
    "SALE": "C", "PREAUTH_DONE": "C", "VOID": "D", "REFUND": "D", "REVERSAL": "D", "FEE": "", "ADJUST": "", "HOLD": "D",
    "RELEASE": "C", "DEPOSIT": "", "WITHDRAW": "D", "SUMMARY": "",
}  # fmt: skip

# What a deduction is by the name of its fee; a name that is not here is a fee. Hold, reserve and fee are never mixed.
FEES: tuple[tuple[tuple[str, ...], str], ...] = (
    (("冻结", "暂缓", "延迟结算", "留存"), "HOLD"),
    (("押金", "保证金", "机具款", "激活费"), "DEPOSIT"),
    (("调账", "差错", "长款", "短款"), "ADJUST"),
)

STATUSES = {
    "SUCCESS": ("成功", "交易成功", "支付成功", "已结算", "已清算", "正常", "完成", "已完成", "SUCCESS", "OK", "00", "PAID", "SETTLED"),
    "TIMEOUT": ("超时", "未知", "处理中", "TIMEOUT"),
    "DECLINED": ("失败", "交易失败", "拒绝", "已拒绝", "FAIL", "FAILED", "DECLINED"),
    "REVERSED": ("已撤销", "已冲正", "冲正", "撤销", "已退款", "REVERSED", "REVOKED"),
    "OFFLINE": ("离线", "脱机", "OFFLINE"),
}  # fmt: skip
_STATUS_OF = {word: status for status, words in STATUSES.items() for word in words}

CHANNELS = (
    (("微信", "WECHAT", "WX"), "WECHAT"),
    (("支付宝", "ALIPAY"), "ALIPAY"),
    (("现金", "CASH"), "CASH"),
    (("银联", "云闪付", "银行卡", "借记", "贷记", "信用卡", "刷卡", "UNIONPAY", "CUP"), "UNIONPAY"),
)

YUAN = frozenset({"", "CNY", "RMB", "156", "人民币", "人民币元", "元"})


@lru_cache(maxsize=1024)
def txn_type(word: str) -> tuple[str, str]:
    """Type and direction of a transaction by the statement's word; direction is empty where the sign decides.

    Raises BadValue for a word that names no movement of money (an authorisation, a query) or is not known.
    """
    key = tidy(word).upper()
    if key in CODES:
        return key, CODES[key]
    for words, code, direction in TYPES:
        if any(part in key for part in words):
            if code:
                return code, direction
            break
    raise BadValue(ROW["unknown_type"], value=shown(word))


@lru_cache(maxsize=1024)
def fee_type(name: str) -> str:
    """What kind of deduction a fee's name stands for."""
    return next((code for words, code in FEES if any(part in name for part in words)), "FEE")


@lru_cache(maxsize=256)
def status(word: str) -> str:
    """The canonical status; an empty cell on a settlement statement is a settled movement."""
    key = tidy(word).upper()
    if not key:
        return "SUCCESS"
    if key not in _STATUS_OF:
        raise BadValue(ROW["unknown_status"], value=shown(word))
    return _STATUS_OF[key]


@lru_cache(maxsize=1024)
def channel(*words: str) -> str | None:
    """The payment channel named by any of these cells, first come first served."""
    for word in words:
        key = tidy(word).upper()
        for parts, code in CHANNELS:
            if any(part in key for part in parts):
                return code
    return None


def is_footer(first: str) -> bool:
    """Whether a row that begins with this cell is a total over the rows above."""
    key = re.sub(r"\s", "", tidy(first))
    return bool(re.fullmatch(r"(本页合计|总合计|合计|总计|小计)([:(\d共笔金].{0,40})?", key))
