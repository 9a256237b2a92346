"""A merchant's plain records: written, changed, removed by the seats that may; refused where they cannot be so."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from config import tenancy
from config.actors import SYSTEM
from config.errors import Conflict, Invalid, NotAllowed, NotFound, Refused, Stale
from merchants.inputs import INPUTS
from merchants.models import Migration, Organisation, Store, Terminal
from merchants.services import migrations, plain_records, terminals
from merchants.services.record_nouns import NOUNS
from tests import walk

MID = "898305054110218"
TERMINAL = {"tid": "20117765", "mid": MID, "from_on": "2025-03-01"}
CONTRACT = {
    "provider": "通联支付", "number": "C-2201", "from_on": "2025-03-01",
    "fees": [{"fee_code": "流量费", "amount": "79.00", "period": "half-year", "from": "2025-03-01", "clause": "4.1"}],
    "clauses": [{"number": "7.3", "text": "商户逾期迁移的，每日 200 元。"}, {"number": "7.10", "text": "另行约定。"}],
}  # fmt: skip
NOTICE = {"kind": "DEDUCTION", "provider": "通联支付", "number": "N-1", "tid": "20117765", "arrived_on": "2026-08-10"}
MIGRATION = {"old_tid": "20117765", "mid": MID, "applied_on": "2026-07-20", "planned_on": "2026-08-05"}
EACH = {"terminals": TERMINAL, "contracts": CONTRACT, "notices": NOTICE, "migrations": MIGRATION}


def checked(name: str, **data) -> dict:
    form = INPUTS[name](data=data)
    form.is_valid(raise_exception=True)
    return form.validated_data


def write(actor, name: str, **more):
    return plain_records.create(actor, NOUNS[name], checked(name, **{**EACH[name], **more}))


def told(actor, name: str, row) -> dict:
    with tenancy.acting(actor):
        return plain_records.told(NOUNS[name], plain_records.find(actor, NOUNS[name], row.pk))


def rewrite(actor, name: str, row, seen="", **more):
    data = checked(name, **{**told(actor, name, row), **more})
    return plain_records.change(actor, NOUNS[name], row.pk, data, seen)


def ids(actor, name: str, q: str = "") -> list:
    with tenancy.acting(actor):
        return [row.pk for row in plain_records.listed(actor, NOUNS[name], q)]


def why(call) -> str:
    with pytest.raises(Refused) as refused:
        call()
    return str(refused.value)


@pytest.fixture(autouse=True)
def _today(at):
    at("2026-08-20T10:00")


@pytest.mark.parametrize("name", EACH)
def test_a_record_says_what_was_written_down_and_can_be_changed_and_removed(cast, name):
    row = write(cast.owner, name)
    kept = told(cast.owner, name, row)
    for field, value in EACH[name].items():
        if field == "provider":
            with tenancy.acting(cast.owner):
                assert Organisation.objects.get(pk=kept["provider"]).name == value
        elif isinstance(value, list):
            assert [{**one, **given} for one, given in zip(kept[field], value, strict=True)] == kept[field]
        else:
            assert kept[field] == value
    rewrite(cast.owner, name, row, **{"mid": "X1"} if "mid" in EACH[name] else {"number": "另一份"})
    assert "X1" in told(cast.owner, name, row).values() or "另一份" in told(cast.owner, name, row).values()
    plain_records.remove(cast.owner, NOUNS[name], row.pk)
    assert ids(cast.owner, name) == []


@pytest.mark.parametrize("name", EACH)
@pytest.mark.parametrize("part", ["approver", "agent"])
def test_seats_that_may_not_write_are_refused_and_a_provider_reads_nothing(cast, name, part):
    actor, row = getattr(cast, part), write(cast.boss, name)
    calls = [
        lambda: write(actor, name), lambda: plain_records.remove(actor, NOUNS[name], row.pk),
        lambda: plain_records.change(actor, NOUNS[name], row.pk, checked(name, **EACH[name])),
    ]  # fmt: skip
    for call in calls:
        with pytest.raises(NotAllowed):
            call()
    if part == "agent":
        with pytest.raises(NotAllowed):
            ids(actor, name)
    else:
        assert ids(actor, name) == [row.pk]
    assert ids(cast.owner, name) == [], "another merchant sees none"


@pytest.mark.parametrize("name", EACH)
def test_the_same_record_a_second_time_is_refused_and_the_first_stays(cast, name):
    row = write(cast.finance, name)
    with pytest.raises(Conflict):
        write(cast.boss, name)
    assert ids(cast.finance, name) == [row.pk]
    assert write(cast.owner, name), "another merchant's record is nobody's business"


@pytest.mark.parametrize(
    ("name", "more", "pointer"),
    [
        ("terminals", {"to_on": "2025-02-28"}, "/to_on"),
        ("contracts", {"to_on": "2025-02-28"}, "/to_on"),
        ("contracts", {"signed_on": "2026-08-21"}, "/signed_on"),
        ("contracts", {"fees": [{"fee_code": "流量费", "from": "2025-03-01", "to": "2025-02-01"}]}, "/fees/0/to"),
        ("contracts", {"fees": [{"fee_code": "流量费"}, {"fee_code": "流量费"}]}, "/fees/1/fee_code"),
        ("contracts", {"clauses": [{"number": "1", "text": "甲"}, {"number": "1", "text": "乙"}]}, "/clauses/1/number"),
        ("notices", {"arrived_on": "2026-08-21"}, "/arrived_on"),
        ("notices", {"sent_on": "2026-08-11"}, "/arrived_on"),
        ("notices", {"object_until": "2026-08-09"}, "/object_until"),
        ("notices", {"arrived_on": None}, "/sent_on"),
        ("notices", {"contract": "没有这份"}, "/contract"),
        ("migrations", {"done_on": "2026-07-19"}, "/done_on"),
        ("migrations", {"planned_on": "2026-07-19"}, "/planned_on"),
        ("migrations", {"done_on": "2026-08-21"}, "/done_on"),
        ("migrations", {"missed_visits": [{"on": "2026-08-21", "missed_by": "provider"}]}, "/missed_visits/0/on"),
        ("terminals", {"store": "没有这家店"}, "/store"),
    ],
)
def test_what_cannot_be_so_is_refused_with_the_field_and_nothing_is_kept(cast, name, more, pointer):
    with pytest.raises(Invalid) as refused:
        write(cast.owner, name, **more)
    assert [fault.pointer for fault in refused.value.faults] == [pointer]
    assert ids(cast.owner, name) == []
    row = write(cast.owner, name)
    with pytest.raises(Invalid):
        rewrite(cast.owner, name, row, **more)
    assert told(cast.owner, name, row)[
        "provider" if "provider" in EACH[name] else "tid" if name == "terminals" else "mid"
    ]


def test_a_store_seat_sees_and_writes_what_is_of_its_stores(cast):
    mine = write(cast.store_a, "terminals")
    assert mine.store.name == "新街口店"
    write(cast.boss, "terminals", tid="30000001", store="鼓楼店")
    whole = write(cast.boss, "terminals", tid="30000002")
    assert ids(cast.store_a, "terminals") == [mine.pk]
    with pytest.raises(NotFound):
        plain_records.remove(cast.store_a, NOUNS["terminals"], whole.pk)
    with pytest.raises(Invalid):
        write(cast.store_a, "terminals", tid="30000003", store="鼓楼店")
    assert "已经有终端" in why(lambda: write(cast.store_a, "terminals", tid="30000001"))
    moved = write(cast.store_a, "migrations")
    assert (ids(cast.store_a, "migrations"), ids(cast.store_b, "migrations")) == ([moved.pk], [])


def test_a_store_seat_has_notices_of_its_terminals_and_no_contracts(cast):
    write(cast.boss, "contracts")
    for call in (lambda: ids(cast.store_a, "contracts"), lambda: write(cast.store_a, "contracts", number="2")):
        with pytest.raises(NotAllowed):
            call()
    write(cast.boss, "notices", number="全公司", tid="")
    assert "自己门店终端" in why(lambda: write(cast.store_a, "notices"))
    write(cast.store_a, "terminals")
    mine = write(cast.store_a, "notices")
    assert (ids(cast.store_a, "notices"), ids(cast.store_b, "notices")) == ([mine.pk], [])


def test_what_somebody_changed_meanwhile_is_not_overwritten(cast):
    row = write(cast.boss, "contracts")
    seen = plain_records.fingerprint(NOUNS["contracts"], row)
    rewrite(cast.finance, "contracts", row, seen=seen, fees=[{"fee_code": "服务费", "rate": "0.6%"}])
    with pytest.raises(Stale):
        rewrite(cast.boss, "contracts", row, seen=seen, number="X")
    with pytest.raises(Stale):
        plain_records.remove(cast.boss, NOUNS["contracts"], row.pk, seen)
    kept = told(cast.boss, "contracts", row)
    assert kept["number"] == "C-2201"
    assert [(fee["fee_code"], fee["rate"], fee["amount"]) for fee in kept["fees"]] == [("服务费", "0.6", None)]


def test_clauses_stand_in_the_order_in_which_people_count(cast):
    row = write(cast.owner, "contracts", clauses=[{"number": n, "text": n} for n in ("7.10", "7.3", "十二", "2")])
    assert [one["number"] for one in told(cast.owner, "contracts", row)["clauses"]] == ["2", "7.3", "7.10", "十二"]


def test_the_photo_of_a_contract_is_kept_and_only_a_file_of_ones_own_can_be_named(cast):
    row = plain_records.create(
        cast.owner, NOUNS["contracts"], {**checked("contracts", **CONTRACT), "file": walk.photo("合同.png")}
    )
    assert row.file.name == "合同.png"
    again = rewrite(cast.owner, "contracts", row, number="C-2202")
    assert again.file_id == row.file_id
    with pytest.raises(NotFound):
        write(cast.boss, "contracts", file=str(row.file_id))
    program = SimpleUploadedFile("x.exe", b"MZ\x90" + b"\x00" * 200)
    assert ".exe" in why(
        lambda: plain_records.create(cast.owner, NOUNS["notices"], {**checked("notices", **NOTICE), "file": program})
    )
    assert ids(cast.owner, "notices") == []


def test_a_terminal_of_a_case_is_closed_and_not_removed(cast):
    walk.file(cast.owner)
    with tenancy.acting(cast.owner):
        row = Terminal.objects.get(tid=walk.LINE["tid"])
    assert "案件" in why(lambda: plain_records.remove(cast.owner, NOUNS["terminals"], row.pk))
    rewrite(cast.owner, "terminals", row, to_on="2026-08-01")
    assert terminals.know(cast.owner, row.mid, row.tid).to_on == date(2026, 8, 1), "knowing it again changes nothing"


def test_a_known_terminal_is_found_again_and_never_doubled(cast):
    first = terminals.know(cast.owner, MID, "20117765", sn="A1")
    assert terminals.know(cast.owner, MID, "20117765", sn="B2").sn == "A1"
    assert ids(cast.owner, "terminals") == [first.pk]


def test_records_are_found_by_words_in_them(cast):
    terminal, contract = write(cast.owner, "terminals"), write(cast.owner, "contracts")
    assert ids(cast.owner, "terminals", "2011") == [terminal.pk] and ids(cast.owner, "terminals", "zzz") == []
    for word in ("流量", "7.3", "通联", "c-22"):
        assert ids(cast.owner, "contracts", word) == [contract.pk], word


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("13:30-14:30", "13:30-14:30"),
        ("9：30～11:00", "09:30-11:00"),
        ("上午", "上午"),
        ("14:30-13:30", None),
        ("13:70-14:00", None),
    ],
)
def test_a_time_of_day_is_written_in_one_way_and_ends_after_it_begins(cast, given, kept):
    form = INPUTS["migrations"](data={**MIGRATION, "window": given})
    assert form.is_valid() == (kept is not None)
    assert not kept or form.validated_data["window"] == kept


def test_the_names_of_links_are_read_too(cast):
    told = checked("migrations", old_tid="10483217", new_tid="10597742", cutover_from="2026-09-22T13:30:00+08:00",
                   cutover_to="2026-09-22T14:30:00+08:00")  # fmt: skip
    assert (told["planned_on"], told["window"]) == (date(2026, 9, 22), "13:30-14:30")


# -- an accepted offer moves the day --------------------------------------------------------------------------------


def moved(actor) -> Migration:
    with tenancy.acting(actor):
        return Migration.objects.get()


def test_an_agreed_day_replaces_the_planned_one_which_stays_in_the_note(cast):
    write(cast.owner, "migrations", note="师傅姓陈")
    for _ in range(2):
        migrations.reschedule(cast.agent, cast.owner.organisation_id, "20117765", date(2026, 8, 25), "13:30-14:30")
    row = moved(cast.owner)
    assert (row.planned_on, row.window) == (date(2026, 8, 25), "13:30-14:30")
    assert row.note == "师傅姓陈\n2026-08-05 → 2026-08-25 13:30-14:30 (周经办)"
    migrations.reschedule(SYSTEM, cast.owner.organisation_id, "20117765", date(2026, 8, 26))
    assert moved(cast.owner).note.endswith("2026-08-25 13:30-14:30 → 2026-08-26 13:30-14:30")


def test_a_move_that_nobody_wrote_down_is_written_down_with_its_terminal(cast):
    with tenancy.acting(cast.boss):
        store = Store.objects.get(name="鼓楼店")
    terminals.know(cast.boss, MID, "20117765", store=store)
    migrations.reschedule(cast.agent, cast.boss.organisation_id, "20117765", date(2026, 8, 25))
    row = moved(cast.store_b)
    assert (row.old_tid, row.mid, row.planned_on, row.store_id) == ("20117765", MID, date(2026, 8, 25), store.id)


def test_a_done_move_stays_as_it_was(cast):
    write(cast.owner, "migrations", done_on="2026-08-18")
    migrations.reschedule(SYSTEM, cast.owner.organisation_id, "20117765", date(2026, 8, 25))
    with tenancy.acting(cast.owner):
        days = Migration.objects.order_by("created_at", "planned_on").values_list("planned_on", "done_on")
        assert sorted(days) == [(date(2026, 8, 5), date(2026, 8, 18)), (date(2026, 8, 25), None)]


def test_amounts_and_rates_are_kept_exactly(cast):
    row = write(cast.owner, "contracts", fees=[{"fee_code": "手续费", "rate": "0.3850%", "amount": "￥1,680.50"}])
    fee = row.fees.all()[0]
    assert (fee.rate, fee.amount) == (Decimal("0.3850"), Decimal("1680.50"))
