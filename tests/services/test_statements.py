"""Statement files: what is kept of them once, what never twice, and what is held or refused."""

from decimal import Decimal

import pytest

from cases import actions
from cases.services import drafts
from config import files, jobs, tenancy
from config.errors import Conflict, NotAllowed
from config.models import Job
from merchants.models import StatementImport, StatementLine, Terminal
from merchants.services import organisations, statements, terminals
from merchants.statements.faults import StatementRefused

MID, TID = "898305054110218", "20117765"
HEADER = "结算日期,商户编号,终端号,交易日期,交易类型,卡号,交易金额,手续费,其他扣款,扣款名称,扣款依据,结算金额,备注"


def row(day="2026-08-17", *, mid=MID, tid=TID, kind="扣款", card="", gross="0.00", fee="0.00", taken="2000.00",
        name="逾期未迁移占用费", clause="协议7.3", net="", memo="通知号KK20260817001"):  # fmt: skip
    return f"{day},{mid},{tid},,{kind},{card},{gross},{fee},{taken},{name},{clause},{net},{memo}"


def statement(*rows: str, footer: str = "") -> bytes:
    return "\n".join([HEADER, *rows, *([footer] if footer else [])]).encode() + b"\n"


def stored(actor, content: bytes, name: str = "对账单.csv"):
    with tenancy.acting(actor):
        return files.keep_bytes(actor, content, name)


def imported(actor, content: bytes, **more) -> dict:
    """Imports as the product does: a job is asked for and done."""
    file = stored(actor, content)
    with tenancy.acting(actor):
        job = statements.start_import(actor, file, **more)
    return done(actor, job)


def done(actor, job) -> dict:
    assert jobs.run(job.id, job.organisation_id) == "done", of(actor, Job.objects.filter(pk=job.id))[0].error
    return of(actor, Job.objects.filter(pk=job.id))[0].result


def refused(actor, content: bytes, **more) -> str:
    """The sentence with which the import ends; nothing was written."""
    file = stored(actor, content)
    with tenancy.acting(actor):
        job = statements.start_import(actor, file, **more)
    assert jobs.run(job.id, job.organisation_id) == "failed"
    assert not of(actor, StatementImport.objects.filter(file=file))
    return of(actor, Job.objects.filter(pk=job.id))[0].error["zh"]


def of(actor, rows):
    with tenancy.acting(actor):
        return list(rows)


def lines(actor) -> list[StatementLine]:
    return of(actor, StatementLine.objects.visible_to(actor).order_by("on", "line_no", "occurrence"))


def test_a_deduction_of_a_statement_is_kept_with_its_terminal_fee_and_clause(cast):
    found = imported(
        cast.owner, statement(row(kind="日汇总", gross="18560.00", fee="111.36", taken="0.00", name=""), row())
    )
    assert (found["added"], found["known"], found["duplicate"], found["held"]) == (1, 0, False, False)
    [line] = lines(cast.owner)
    assert (line.txn_type, line.direction, str(line.on), line.mid, line.tid) == ("FEE", "D", "2026-08-17", MID, TID)
    assert (line.amount, line.fee_code, line.memo) == (
        Decimal("2000.00"),
        "逾期未迁移占用费",
        "协议7.3 通知号KK20260817001",
    )


def test_the_same_file_a_second_time_adds_nothing_and_says_so(cast):
    content = statement(row())
    first, second = imported(cast.owner, content), imported(cast.owner, content)
    assert second == {"import": first["import"], "added": 0, "known": 0, "duplicate": True, "held": False}
    assert len(lines(cast.owner)) == len(of(cast.owner, StatementImport.objects.all())) == 1


def test_a_file_that_overlaps_another_adds_only_what_is_new(cast):
    imported(cast.owner, statement(row("2026-08-17"), row("2026-08-18")))
    found = imported(cast.owner, statement(row("2026-08-18"), row("2026-08-19")))
    assert (found["added"], found["known"]) == (1, 1)
    assert [str(line.on) for line in lines(cast.owner)] == ["2026-08-17", "2026-08-18", "2026-08-19"]


def test_genuine_twins_in_one_file_both_survive(cast):
    twins = statement(row(taken="3.00"), row(taken="3.00"))
    assert imported(cast.owner, twins)["added"] == 2
    assert imported(cast.owner, statement(row(taken="3.00"), row(taken="3.00"), row("2026-08-20")))["added"] == 1
    assert [line.occurrence for line in lines(cast.owner)] == [1, 2, 1]


def test_what_was_deducted_inside_a_sales_row_is_kept_and_the_sale_is_not(cast):
    sale = row(kind="消费", gross="268.00", fee="1.61", taken="2.00", name="服务费", clause="", memo="")
    imported(
        cast.owner, statement(sale, sale.replace("消费", "扣款").replace("268.00", "0.00").replace("1.61", "0.00"))
    )
    assert [(line.amount, line.fee_code) for line in lines(cast.owner)] == [(Decimal("2.00"), "服务费")] * 2


def test_credits_and_money_held_back_are_kept_with_their_direction(cast):
    back = row("2026-09-18", kind="退费", gross="2000.00", taken="0.00", name="逾期未迁移占用费")
    hold = row("2026-09-19", kind="暂缓结算", gross="500.00", taken="0.00", name="")
    imported(cast.owner, statement(back, hold))
    assert [(line.txn_type, line.direction) for line in lines(cast.owner)] == [("FEE", "C"), ("HOLD", "D")]


def test_money_held_back_never_becomes_a_deduction_of_a_case(cast):
    imported(cast.owner, statement(row(), row("2026-08-19", kind="暂缓结算", gross="500.00", taken="0.00", name="")))
    found = lines(cast.owner)
    told = [{"on": str(line.on), "amount": str(line.amount), "statement_line": str(line.id)} for line in found]
    case = actions.perform(cast.owner, "file", {"symptom": "S5", "lines": told})
    with tenancy.acting(cast.owner):
        assert list(case.lines.order_by("position").values_list("kind", flat=True)) == ["DEDUCTION", "HOLD"]
        assert case.amount == Decimal("2000.00")
    assert [line.get("kind") for line in drafts.lines_from(found)] == [None, "HOLD"]


def test_a_file_whose_total_is_not_what_its_rows_add_up_to_is_held_until_somebody_says_so(cast):
    content = statement(row(), footer="合计,,,,,,0.00,0.00,2100.00,,,,")
    found = imported(cast.owner, content)
    assert found["held"] and not lines(cast.owner)
    [held] = of(cast.owner, StatementImport.objects.all())
    [check] = [check for check in held.control["checks"] if not check["ok"]]
    assert (check["stated"], check["computed"]) == ("2100.00", "2000.00")
    with tenancy.acting(cast.owner):
        job = statements.confirm(cast.owner, held.id)
    assert done(cast.owner, job) == {
        "import": str(held.id), "added": 1, "known": 0, "duplicate": False, "held": False
    }  # fmt: skip
    assert len(lines(cast.owner)) == 1
    assert of(cast.owner, StatementImport.objects.all())[0].control["confirmed_by"] == "王好"
    with tenancy.acting(cast.owner), pytest.raises(Conflict):
        statements.confirm(cast.owner, held.id)


def test_a_file_of_another_merchant_is_refused_by_its_number_unless_the_number_is_said_to_be_new(cast):
    terminals.know(cast.owner, MID, TID)
    other = statement(row(mid="898301058120356", tid="10483217"))
    assert "898301058120356" in refused(cast.owner, other) and not lines(cast.owner)
    assert imported(cast.owner, other, new_mid=True)["added"] == 1
    assert imported(cast.owner, statement(row("2026-08-30", mid="898301058120356")))["added"] == 1  # known from now on


def test_rows_that_cannot_be_read_are_kept_with_row_column_and_reason_and_the_good_ones_are_taken(cast):
    found = imported(cast.owner, statement(row(), row("2026-02-30"), row(taken="12.345")))
    assert found["added"] == 1
    [result] = of(cast.owner, StatementImport.objects.all())
    assert (result.lines, result.accepted) == (3, 1)
    assert [(bad["line"], bad["column"]) for bad in result.rejected] == [(3, "结算日期"), (4, "其他扣款")]
    assert all(bad["why"]["zh"] and bad["why"]["en"] for bad in result.rejected)


def test_no_full_card_number_is_ever_stored(cast):
    card = "6222021234567894417"
    imported(cast.owner, statement(row(card=card, memo=f"卡{card}费用")))
    [line] = lines(cast.owner)
    assert card not in line.raw + line.memo and "622202******4417" in line.memo


def test_text_that_is_too_long_is_cut_and_still_told_apart(cast):
    long = "费" * 200
    imported(cast.owner, statement(row(name=long + "甲"), row(name=long + "乙", memo="注" * 400)))
    assert [len(line.fee_code) for line in lines(cast.owner)] == [120, 120]
    assert [line.occurrence for line in lines(cast.owner)] == [1, 1]
    assert len(lines(cast.owner)[1].memo) == 300


def test_what_is_no_statement_ends_the_job_with_a_sentence(cast):
    assert refused(cast.owner, b"a,b\n1,2\n").startswith("没有找到对账单的表头")


def test_each_line_belongs_to_the_store_of_its_terminal_whoever_imports_it(cast):
    with tenancy.acting(cast.boss):
        store_a, store_b = organisations.Store.objects.order_by("name").filter(name__in=["新街口店", "鼓楼店"])
    by_name = {store.name: store for store in (store_a, store_b)}
    terminals.know(cast.boss, MID, "10000001", store=by_name["新街口店"])
    terminals.know(cast.boss, MID, "10000002", store=by_name["鼓楼店"])
    imported(cast.store_a, statement(row(tid="10000001"), row(tid="10000002"), row(tid="10000003")))
    assert [line.tid for line in lines(cast.store_a)] == ["10000001", "10000003"]  # a new terminal is the importer's
    assert [line.tid for line in lines(cast.store_b)] == ["10000002"]
    assert len(lines(cast.finance)) == 3
    assert of(cast.store_a, Terminal.objects.filter(tid="10000003"))[0].store_id == by_name["新街口店"].id


def test_who_may_not_import_is_told_who_may(cast):
    for actor in (cast.approver, cast.agent):
        file = stored(actor, statement(row()))
        with tenancy.acting(actor), pytest.raises(NotAllowed):
            statements.start_import(actor, file)


def test_another_merchants_file_cannot_be_imported_nor_seen(cast):
    found = imported(cast.owner, statement(row()))
    assert not lines(cast.finance)
    with tenancy.acting(cast.finance), pytest.raises(statements.NotFound):
        statements.find(cast.finance, found["import"])


def test_a_job_that_is_run_again_after_its_worker_died_changes_nothing(cast):
    file = stored(cast.owner, statement(row()))
    first = statements.import_file(file, by_id=cast.owner.user_id)
    assert statements.import_file(file, by_id=cast.owner.user_id) == first | {"known": 0}
    assert len(lines(cast.owner)) == 1


def test_a_damaged_sheet_is_refused_as_a_whole(cast):
    with pytest.raises(StatementRefused):
        statements.import_file(stored(cast.owner, b"PK\x03\x04broken", "a.txt"), by_id=None)
