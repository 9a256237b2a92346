"""The pages of the acts of bargaining: what they say, the short form of an offer, and what is read from it."""

from cases.views.asking import Page
from config.text import Text

PAGES = {
    "set_mandate": Page(
        Text("只有你方能看到。经办人提出或接受方案时，超出这里的范围就会被拦下。",
             "Only your side sees this. Whoever bargains for you is stopped where an offer goes beyond it."),
        leave_out=("note",),
    ),
    "start_negotiation": Page(
        Text("从这一天起，我们提醒你在 30 天内谈出结果（非法定期限）。",
             "From this day we remind you to come to a result within 30 days (not a legal deadline)."),
        leave_out=("note",),
    ),
    "make_offer": Page(Text("写清退多少、什么时候付。", "Say how much and by when."), leave_out=("terms", "note")),
    "reject_offer": Page(
        Text("拒绝后协商继续，双方都可以再提方案。", "The talks go on; either side can make a new offer."), leave_out=("note",)
    ),
    "withdraw_offer": Page(
        Text("撤回后对方不能再接受这个方案。", "The other side can no longer accept this offer."), leave_out=("note",)
    ),
    "accept_offer": Page(Text("接受后起草协议。", "The agreement is drafted next."), leave_out=("note",)),
}  # fmt: skip
