"""Kinds of evidence E01 to E15 (domain.md §2.3): what each is and what it must show. A table."""

from dataclasses import dataclass

from config.text import Text


@dataclass(frozen=True, slots=True)
class Kind:
    label: Text
    must_show: Text
    held_by: str  # merchant, provider, both


def _k(zh: str, en: str, must_zh: str, must_en: str, held_by: str = "both") -> Kind:
    return Kind(Text(zh, en), Text(must_zh, must_en), held_by)


KINDS = {
    "E01": _k("POS 流水或签购单", "POS ledger or slips", "终端号、批次、凭证号、参考号、金额、时间",
              "TID, batch, trace, RRN, amount, time", "merchant"),
    "E02": _k("对账单", "Provider's statement", "原始文件，怎么得到的", "The original file and how it was obtained"),
    "E03": _k("结算账户流水", "Bank entries of the settlement account", "日期、金额、附言", "Day, amount, memo",
              "merchant"),
    "E04": _k("扣款通知或截图", "Deduction notice or screenshot", "编号、日期、理由、条款",
              "Number, date, reason, clause"),
    "E05": _k("合同、附件、费用表", "Contract, annexes, fee table", "签署日期、条款号", "Signing date, clause numbers"),
    "E06": _k("移机或换机申请与工单", "Move or swap application and work order", "时间、人员", "Times and persons"),
    "E07": _k("布放地址变更回执", "Receipt of the address update", "序列号、终端号、地址、日期",
              "SN, TID, address, date", "provider"),
    "E08": _k("装机验收单", "Installation acceptance sheet", "检查结果、签字", "Results and signatures"),
    "E09": _k("沟通记录", "Communications", "原始设备或账号，完整上下文", "Original device or account, full context"),
    "E10": _k("系统、终端或网络日志", "System, terminal or network log", "时间来源", "Source of its time", "provider"),
    "E11": _k("持卡人账单或投诉", "Cardholder's statement or complaint", "已遮盖个人信息", "Personal data masked",
              "merchant"),
    "E12": _k("价目公示截图", "Capture of the price page", "网址、时间", "Address and time"),
    "E13": _k("损失证明", "Proof of loss", "计算过程", "The calculation", "merchant"),
    "E14": _k("服务商牌照、外包备案", "Licence or registration of the provider", "编号、日期", "Number and date"),
    "E15": _k("投诉回执", "Receipt of a complaint", "编号、日期", "Number and date", "merchant"),
}  # fmt: skip
