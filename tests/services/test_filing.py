"""Filing: what a shop gets when it names a deduction, and what is refused."""

from datetime import date

from cases import actions
from cases.models import Case, Deadline, Event
from config import tenancy

LINE = {"on": "2026-08-17", "amount": "2000.00", "tid": "20117765", "mid": "898305054110218"}


def test_a_shop_files_a_deduction_and_the_case_is_open(cast):
    case = actions.perform(
        cast.owner, "file", {"symptom": "S5", "lines": [LINE], "provider": "某支付公司", "submit": True}
    )
    with tenancy.acting(cast.owner):
        case = Case.objects.get(pk=case.pk)
        assert (case.state, case.version, str(case.amount)) == ("OPEN", 2, "2000.00")
        assert [e.act for e in Event.objects.filter(case=case).order_by("seq")] == ["file", "open"]
        lim = Deadline.objects.get(case=case, code="CK-LIM", state="running")
        assert lim.due_on == date(2029, 8, 17)
    with tenancy.acting(cast.finance):
        assert not Case.objects.exists()
        assert not Case.objects.visible_to(cast.finance).exists()
