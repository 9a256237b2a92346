"""Home and list: what stands on them, in what order, whose turn, and in how few statements."""

from cases import actions, queries
from config import tenancy

LINE = {
    "on": "2026-08-17",
    "amount": "2000.00",
    "tid": "20117765",
    "mid": "898305054110218",
    "fee_name": "逾期未迁移占用费",
}


def filed(actor, **more):
    return actions.perform(actor, "file", {"symptom": "S5", "lines": [LINE], "submit": True, **more})


def test_numbers_of_the_home_page(cast):
    case = filed(cast.owner)
    with tenancy.acting(cast.owner):
        found = queries.overview(cast.owner)
        assert (found.yours, found.waiting, found.closed, found.open) == (1, 0, 0, 1)
        assert found.draft is None
        [card] = queries.urgent(cast.owner)
        assert card.number == case.number
        assert card.what == {"kind": "DEDUCTION", "n": 1, "sum": "2000.00", "fee": "逾期未迁移占用费"}, card.what
        page = queries.listed(cast.owner, queries.Filters())
        print(page, card.deadline)
