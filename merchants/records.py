"""What a merchant writes down of its terminals, contracts, notices and migrations: names, closed lists, rules of days.

A table: no queries. What is asked for each is merchants/inputs, what becomes of it merchants/services/plain_records.py.
"""

from dataclasses import dataclass

from config.text import Text

MIGRATION_REASONS = {
    "layout": Text("店面调整", "Shop layout changed"),
    "repair": Text("设备维修", "Repair of the device"),
    "experience": Text("提升交易体验", "Better payments"),
    "new_store": Text("新分店", "New branch"),
    "address": Text("更换营业地址", "New address"),
    "upgrade": Text("系统升级", "System upgrade"),
    "contract": Text("合同变更", "Contract changed"),
}
NOTICE_KINDS = {
    "DEDUCTION": Text("扣款通知", "Notice of a deduction"),
    "CHANGE": Text("变更通知（价格、条款）", "Notice of a change (price, terms)"),
    "MIGRATION": Text("移机或换机通知", "Notice of a move or swap"),
    "OTHER": Text("其他通知", "Other notice"),
}
FEE_PERIODS = {
    "once": Text("一次", "Once"),
    "day": Text("每日", "A day"),
    "month": Text("每月", "A month"),
    "quarter": Text("每季", "A quarter"),
    "half-year": Text("每半年", "Half a year"),
    "year": Text("每年", "A year"),
}
MISSED_BY = {
    "provider": Text("服务商没有来", "The provider did not come"),
    "merchant": Text("我方不在", "We were not there"),
}
NOTICE_CHANNELS = {
    "wechat": Text("微信", "WeChat"),
    "sms": Text("短信", "Text message"),
    "email": Text("电子邮件", "E-mail"),
    "phone": Text("电话", "Phone"),
    "post": Text("邮寄", "Post"),
    "visit": Text("当面", "In person"),
    "app": Text("对方的 App", "Their app"),
    "other": Text("其他", "Other"),
}

# The words for each thing that can be written down, wherever it is asked, shown or found wrong.
FIELDS = {
    "tid": Text("终端号", "Terminal number (TID)"),
    "mid": Text("商户编号", "Merchant number (MID)"),
    "sn": Text("机身序列号", "Serial number (SN)"),
    "store": Text("门店", "Store"),
    "provider": Text("服务商", "Provider"),
    "from_on": Text("从哪天起", "From"),
    "to_on": Text("到哪天止", "Until"),
    "number": Text("编号", "Number"),
    "version": Text("版本", "Version"),
    "signed_on": Text("签订日期", "Signed on"),
    "file": Text("照片或 PDF", "Photo or PDF"),
    "fees": Text("收费", "Fees"),
    "clauses": Text("条款", "Clauses"),
    "fee_code": Text("收费名称", "Name of the fee"),
    "amount": Text("金额", "Amount"),
    "rate": Text("费率（%）", "Rate (%)"),
    "period": Text("多久收一次", "How often"),
    "clause": Text("依据的条款", "Clause it rests on"),
    "notice_on": Text("哪天公布的价格", "Price announced on"),
    "text": Text("内容", "Text"),
    "contract": Text("关于哪份合同", "Contract concerned"),
    "kind": Text("什么通知", "What kind of notice"),
    "channel": Text("怎么收到的", "How it came"),
    "sent_on": Text("对方发出的日期", "Sent on"),
    "arrived_on": Text("收到的日期", "Arrived on"),
    "object_until": Text("可以提异议到哪天", "Objections until"),
    "old_tid": Text("原终端号", "Old terminal number"),
    "new_tid": Text("新终端号", "New terminal number"),
    "reason": Text("为什么移机或换机", "Why it is moved or swapped"),
    "applied_on": Text("申请日期", "Applied for on"),
    "approved_on": Text("对方同意的日期", "Approved on"),
    "planned_on": Text("约定的日期", "Planned for"),
    "window": Text("约定的时段", "Time of day"),
    "done_on": Text("实际完成的日期", "Done on"),
    "note": Text("备注", "Note"),
    "missed_visits": Text("约好了没有来", "Missed visits"),
    "on": Text("日期", "Day"),
    "missed_by": Text("谁没有来", "Who missed it"),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record. `path` is its address, `by_store` says that each belongs to a store or to all."""

    path: str
    label: Text  # several of them
    one: Text
    new: Text  # what the button says
    lead: Text
    empty: Text
    known: Text  # why a second one is refused
    used: Text  # why it cannot be removed
    icon: str
    ordered: tuple[tuple[str, str], ...] = ()  # the second day is not before the first
    past: tuple[str, ...] = ()  # days that cannot lie in the future
    any_of: tuple[str, ...] = ()  # one of these is needed


KINDS = {
    "terminals": Kind(
        "terminals", Text("终端", "Terminals"), Text("终端", "Terminal"), Text("添加终端", "Add a terminal"),
        Text("记下每台 POS 机从哪天用到哪天。停用以后还扣款，一看就知道。",
             "Write down from when to when each terminal was used. A deduction after that shows at once."),
        Text("还没有终端。添加一台，或者用表格一次导入。", "No terminals yet. Add one, or import a table."),
        Text("这个商户编号下已经有终端 {tid}。要改它，请打开原来那条；看不到就请负责人来改。",
             "There is a terminal {tid} under this merchant number already. Change that one; if you cannot see it, ask the owner."),
        Text("有案件用到这台终端，不能删除。停用了请填「到哪天止」。",
             "A case uses this terminal, so it stays. If it is no longer in use, fill in “Until”."),
        "smartphone-nfc", ordered=(("from_on", "to_on"),),
    ),
    "contracts": Kind(
        "contracts", Text("合同", "Contracts"), Text("合同", "Contract"), Text("添加合同", "Add a contract"),
        Text("照着合同记下收费和条款。没有的收费、不一样的金额，会在案件里提示。",
             "Write down fees and clauses as the contract has them. A fee it lacks, or another amount, is pointed out in your cases."),
        Text("还没有合同。拍照上传第一份，把收费和条款照着记下来。",
             "No contracts yet. Upload a photo of the first one and write down its fees and clauses."),
        Text("这家服务商的合同「{number}」第 {version} 版已经记过。要改它，请打开原来那条；新的一版请换版本号。",
             "Contract “{number}”, version {version}, of this provider is there already. Change that one, or give a new version."),
        Text("还有别的记录用到这份合同，不能删除。", "Other records use this contract, so it stays."),
        "file-text", ordered=(("from_on", "to_on"),), past=("signed_on",),
    ),
    "notices": Kind(
        "notices-served", Text("收到的通知", "Notices received"), Text("收到的通知", "Notice received"),
        Text("记下一份通知", "Add a notice"),
        Text("对方发来的扣款、涨价、移机通知：什么时候发的、什么时候收到的。",
             "What the provider sent about deductions, prices or moves: when it was sent and when it arrived."),
        Text("还没有记过通知。收到扣款或涨价通知时，拍照记下收到的日期。",
             "No notices yet. When one about a deduction or a price comes, take a photo and write down the day."),
        Text("这份通知已经记过。要改它，请打开原来那条。", "This notice is there already. Change that one."),
        Text("还有别的记录用到这份通知，不能删除。", "Other records use this notice, so it stays."),
        "mail-open", ordered=(("sent_on", "arrived_on"), ("sent_on", "object_until"), ("arrived_on", "object_until")),
        past=("sent_on", "arrived_on"), any_of=("sent_on", "arrived_on"),
    ),
    "migrations": Kind(
        "migrations", Text("移机和换机", "Moves and swaps"), Text("移机或换机", "Move or swap"),
        Text("记下一次移机或换机", "Add a move or swap"),
        Text("哪天申请、约在哪天、对方来没来、哪天换好的。", "When you applied, the day agreed, who did not come, when it was done."),
        Text("还没有记过移机或换机。", "No moves or swaps yet."),
        Text("终端 {old_tid} 的这次移机或换机已经记过。要改它，请打开原来那条。",
             "This move or swap of terminal {old_tid} is there already. Change that one."),
        Text("还有别的记录用到这次移机，不能删除。", "Other records use this move, so it stays."),
        "arrow-left-right", ordered=(("applied_on", "approved_on"), ("applied_on", "planned_on"), ("applied_on", "done_on")),
        past=("applied_on", "approved_on", "done_on"),
    ),
}  # fmt: skip

BEFORE = Text("「{later}」不能早于「{earlier}」。", "“{later}” cannot be before “{earlier}”.")
FUTURE = Text("「{name}」不能在将来。", "“{name}” cannot lie in the future.")
ONE_OF = Text("请填写{names}，至少一项。", "Fill in at least one of these: {names}.")
