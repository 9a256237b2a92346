"""Symptoms, causes, what is wanted, kinds of a line, who was injured, channels: tables of domain.md §0 and §2.

`plain` is what a shop reads on the filing page; the page maps it to symptom and cause.
"""

from dataclasses import dataclass

from config.text import Text

SYMPTOMS = {
    "S0": Text("不清楚", "Not sure"),
    "S1": Text("重复扣款", "Duplicate charge"),
    "S2": Text("欠费", "Arrears"),
    "S3": Text("账务不一致", "Books disagree"),
    "S4": Text("支付失败", "Failed payment"),
    "S5": Text("单方扣费", "Unilateral charge"),
}


@dataclass(frozen=True, slots=True)
class Cause:
    """`bears`: who normally bears it. `helps`/`hurts`: evidence kinds for and against the merchant."""

    label: Text
    bears: str  # P, M, BY_FAULT, SHARED, UNKNOWN
    helps: tuple[str, ...]
    hurts: tuple[str, ...]


def _c(zh: str, en: str, bears: str, helps: str, hurts: str = "") -> Cause:
    return Cause(Text(zh, en), bears, tuple(helps.split()), tuple(hurts.split()))


CAUSES = {
    "C0": _c("未知，请帮我判断", "Unknown, help me judge", "UNKNOWN", "E02 E04 E05 E09"),
    "C1": _c("未按时完成迁移", "Not migrated in time", "BY_FAULT", "E06 E09 E05 E04", "E06 E09"),
    "C2": _c("迁移过程中的数据丢失", "Data lost in the migration", "BY_FAULT", "E01 E08 E11 E10", "E08"),
    "C3": _c("系统识别错误", "Wrongly recognised by the system", "P", "E06 E07 E10", "E07"),
    "C4": _c("合同条款变动", "Contract terms changed", "BY_FAULT", "E05 E12 E04", "E05"),
    "C5": _c("客户付款信息未处理", "Payments not settled before the swap", "M", "E08 E01"),
    "C6": _c("系统故障或网络问题", "Outage or network fault", "BY_FAULT", "E10 E09 E01", "E10"),
    "C7": _c("数据同步延迟或错误", "Sync delay or error", "BY_FAULT", "E10 E01 E02", "E10"),
    "C8": _c("人为疏忽或操作失误", "Human error", "BY_FAULT", "E10 E01", "E10"),
    "C9": _c("系统升级或合同变更致无法及时迁移", "Migration blocked by an upgrade or change", "P", "E09 E06 E12"),
    "C10": _c("未报备移机或机具不合规", "Unreported move or non-compliant device", "M", "E06 E07", "E07 E10"),
    "C11": _c("费用无依据或变相收费", "Fee without basis", "P", "E05 E12 E04", "E12 E05"),
}


@dataclass(frozen=True, slots=True)
class Complaint:
    """A plain sentence of the filing page and what it maps to."""

    plain: Text
    symptom: str
    cause: str
    injured_party: str = "MERCHANT"


COMPLAINTS = {
    "no_consent": Complaint(Text("没有同意过这项收费", "I never agreed to this fee"), "S5", "C11"),
    "promised_free": Complaint(
        Text("说好免费或押金可退，却扣了", "It was promised free, or the deposit refundable"), "S5", "C11"
    ),
    "wrong_amount": Complaint(
        Text("金额或费率与合同不一致", "The amount or rate differs from the contract"), "S5", "C4"
    ),
    "new_terms": Complaint(Text("合同或收费标准变了，没有告诉我", "Terms changed and nobody told me"), "S5", "C4"),
    "not_migrated": Complaint(
        Text("说我没按时换机或移机，罚了钱", "Charged for not moving or swapping the terminal in time"), "S5", "C1"
    ),
    "after_stop": Complaint(
        Text("终端已停用或已迁移，仍然扣", "The terminal was stopped or moved, still charged"), "S5", "C3"
    ),
    "taken_twice": Complaint(
        Text("同一笔费用扣了我好几次", "I was charged more than once for the same thing"), "S1", "C7"
    ),
    "customer_twice": Complaint(
        Text("顾客的同一笔消费被扣了两次", "A customer was charged twice for one sale"), "S1", "C7", "CARDHOLDER"
    ),
    "arrears": Complaint(Text("说我欠费，我不认可", "They say I owe arrears; I do not agree"), "S2", "C11"),
    "books": Complaint(Text("到账和我记的账对不上", "What arrived does not match my books"), "S3", "C2"),
    "not_sure": Complaint(Text("不确定，请帮我判断", "Not sure, help me judge"), "S0", "C0"),
}
WANTED = {
    "FULL_REFUND": Text("全额退还", "Refund in full"),
    "PARTIAL_REFUND": Text("退还一部分", "Refund in part"),
    "EXPLANATION": Text("先说明原因", "An explanation first"),
    "STOP": Text("停止继续扣款并退还", "Stop further deductions and refund"),
}
LINE_KINDS = {
    "DEDUCTION": Text("扣款", "Deduction"),
    "HOLD": Text("暂缓结算", "Settlement withheld"),
    "FREEZE": Text("冻结", "Freeze"),
    "RESERVE": Text("保证金或押金", "Reserve or deposit"),
}
# What a line of a statement is where it is no deduction; the two are never one sum.
KIND_OF_STATEMENT = {"HOLD": "HOLD", "DEPOSIT": "RESERVE"}
INJURED = {
    "MERCHANT": Text("商户", "Merchant"),
    "CARDHOLDER": Text("持卡人（顾客）", "Cardholder"),
    "PROVIDER": Text("服务商", "Provider"),
}
RESPONSIBLE = {
    "provider": Text("服务商", "Provider"),
    "merchant": Text("商户", "Merchant"),
    "third": Text("第三方", "Third party"),
}
# Where the payer can be read; "not sure" is an answer and becomes the first task.
PAYER_CLUES = {
    "slip": Text("签购单（小票）底部的收单机构", "The acquirer printed on the slip"),
    "bank": Text("银行入账短信或流水的附言", "The memo of the bank entry"),
    "app": Text("收款 App 的名称", "The name of the collection app"),
    "agent": Text("业务员或代理公司的名字", "The salesperson's or agent's company"),
}
# How people reach each other.
CHANNELS = {
    "wechat": Text("微信", "WeChat"),
    "sms": Text("短信", "Text message"),
    "email": Text("电子邮件", "E-mail"),
    "phone": Text("电话", "Phone"),
    "post": Text("邮寄", "Post"),
    "visit": Text("当面", "In person"),
    "app": Text("对方的 App", "Their app"),
    "portal": Text("本系统", "This system"),
    "other": Text("其他", "Other"),
}
