"""通联支付对账单: 34 columns, with a header row or without (domain.md §1.8)."""

import re
from dataclasses import dataclass

from config.text import Text
from merchants.statements.columns import plain
from merchants.statements.layout import Layout
from merchants.statements.rows import Row

COLUMNS = (
    "商户号", "门店名称", "终端号", "交易时间", "交易类型", "交易批次号", "凭证号", "参考号", "卡号", "卡类别", "发卡行机构代码", "发卡行名称",
    "交易金额", "手续费", "交易日期", "交易单号", "订单号", "商户备注", "对接应用号", "原始金额", "结算金额", "产品类型", "分期贴息", "交易完成时间",
    "持卡人姓名", "持卡人身份证", "分期数", "优惠金额", "实付金额", "原交易单", "渠道交易类型", "出金方账户名称", "门店编号", "交易完成日期",
)  # fmt: skip


@dataclass(frozen=True)
class Allinpay(Layout):
    """The layout, which can also be told from its first row of data."""

    def headless(self, head: list[Row]) -> bool:
        """34 columns with a merchant number first, a time of day fourth and a day fifteenth."""
        if not head or len(head[0].cells) != len(COLUMNS):
            return False
        cells = [cell.strip() for cell in head[0].cells]
        return bool(
            re.fullmatch(r"[0-9A-Z]{8,15}", cells[0])
            and re.fullmatch(r"\d\d:?\d\d:?\d\d", cells[3])
            and re.fullmatch(r"\d{4}-?\d\d-?\d\d", cells[14])
        )


LAYOUT = Allinpay(
    code="allinpay",
    name=Text("通联支付对账单", "Allinpay statement"),
    own={plain("产品类型"): "channel"},
    needs=frozenset(map(plain, ("交易批次号", "交易单号", "对接应用号", "渠道交易类型"))),
    order=COLUMNS,
    certainty=90,
)
