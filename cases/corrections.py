"""Which facts of which act can be corrected afterwards. A table; what follows from a correction is records.py's."""

LINE = ("on", "amount", "mid", "tid", "fee_name", "clause", "injured_party")
# Of the filing itself: the claim's own facts, and with `line` those of one of its lines.
CLAIM = ("provider", "outsourcer", "symptom", "cause", "wanted", "story", "detected_on")
CORRECTABLE: dict[str, tuple[str, ...]] = {
    "file": (*CLAIM, "line", *LINE),
    "add_line": LINE,
    "record_contact": ("who", "channel", "on", "said"),
    "send_letter": ("channel", "arrived_at"),
    "record_arrival": ("channel", "arrived_at"),
    "remind": ("channel", "arrived_at"),
    "acknowledge": ("ticket_no", "received_at"),
    "explain": ("text", "clause", "calculation", "log", "received_at"),
    "propose_responsibility": ("split", "reason", "received_at"),
    "answer_responsibility": ("split", "reason", "received_at"),
    "record_refund": ("on", "amount"),
}
