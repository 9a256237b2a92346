"""The table of acts agrees with itself, with the code beside it and with what the outside was promised."""

import json
import re
import subprocess
import sys

import pytest

from cases import actions, corrections, events, facts, reasons, timetable, workflow
from cases.inputs import INPUTS
from cases.inputs.corrections import fields_of
from cases.services import guards
from cases.workflow import ACTS, ALIVE, STATES
from tests import signing, walk
from tests.conftest import ROOT

COMING = {
    "split", "merge",
    "request_extension", "decide_extension",
    "complain", "record_transfer",
    "record_complaint_reply", "refer", "accept_referral", "return_referral", "consult_counsel", "give_opinion",
    "prepare_evidence", "file_suit", "start_arbitration", "apply_payment_order", "record_objection", "record_return",
    "record_registration", "record_fee_notice", "pay_fee", "record_service", "record_evidence_notice", "record_hearing",
    "record_judgment", "appeal", "enforce", "record_recovery", "record_preservation", "start_mediation",
    "record_mediation", "settle", "reopen", "pause_clock", "resume_clock", "record_interruption", "suspend_limitation",
    "notify_customer", "record_customer_refund", "record_customer_consent",
}  # fmt: skip


def command(*words: str) -> str:
    """The command as it is run where neither database nor broker is."""
    env = {
        "PATH": "/usr/bin:/bin",
        "DATABASE_URL": "postgresql://nobody:x@127.0.0.1:1/none",
        "REDIS_URL": "redis://127.0.0.1:1",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "workflow", *words],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize("act", ALIVE)
def test_an_alive_act_has_an_input_a_service_and_a_sentence(act):
    assert act in INPUTS and act in actions.SERVICES and act in events.SENTENCES


def test_what_is_coming_has_none_of_them():
    assert set(ACTS) - set(ALIVE) == COMING
    assert not COMING & (set(INPUTS) | set(actions.SERVICES))


@pytest.mark.parametrize("act", ACTS.values(), ids=lambda act: act.name)
def test_a_row_names_states_seats_requirements_and_clocks_that_exist(act):
    assert {*act.from_, *act.to, *act.system_from} <= set(STATES)
    assert set(act.seats) <= {*workflow.ANYONE, workflow.SYSTEM}
    assert set(act.requires) <= set(guards.GUARDS)
    assert {*act.starts, *act.ends} - {"*"} <= set(timetable.CLOCKS)
    assert "CLOSED" not in act.from_ or act.name == "reopen"
    for label in (act.label,):
        assert label.zh and not re.search(r"[\u3000-\u9fff]", label.en)


def test_every_state_can_be_reached_and_every_open_one_left():
    reached = {state for act in ACTS.values() for state in act.to}
    assert reached == set(STATES)
    for state in STATES:
        leaves = [act for act in ACTS.values() if state in act.from_ and act.to and set(act.to) != {state}]
        assert leaves, state


def test_the_command_answers_what_the_contract_names_without_database_or_broker():
    rows = json.loads(command("--json"))
    assert [row["name"] for row in rows] == list(ACTS)
    for row in rows:
        assert list(row) == ["name", "from", "to", "actors", "requires", "starts", "label_zh", "label_en"]
    by_name = {row["name"]: row for row in rows}
    assert by_name["add_message"]["to"] == []
    assert by_name["open"] == {
        "name": "open", "from": ["DRAFT"], "to": ["OPEN"], "actors": ["merchant.finance", "merchant.owner"],
        "requires": ["a_line", "injured_party_known"], "starts": ["CK-LIM", "CK-SEND"], "label_zh": "立案",
        "label_en": "Open the case",
    }  # fmt: skip


def test_the_diagram_shows_every_state_and_marks_what_is_coming():
    drawn = command("--mermaid")
    assert all(f'{state}["{state}<br>' in drawn for state in STATES)
    assert "DRAFT -->|open| OPEN" in drawn
    assert "CLOSED -.->|reopen" in drawn
    listed = command()
    assert "| alive, second person |" in next(line for line in listed.splitlines() if line.startswith("| `close`"))
    assert "| coming |" in next(line for line in listed.splitlines() if line.startswith("| `reopen`"))


# -- the timeline -------------------------------------------------------------------------------------------------

TOLD_ELSEWHERE = {
    # for programs: what moved, which rows, what was asked of whom
    "from", "to", "evidence", "on_behalf", "letter", "request", "view", "agree", "result", "late", "refund", "unconfirmed",
    "copy_kind", "kinds", "of", "lines", "member", "act", "event", "fields", "was", "clock", "effective_at", "code", "due_at",
    "draft",
}  # fmt: skip


def journey(at, cast):
    """A case that meets nearly every act; answers all its events as the merchant's owner sees them."""
    number = walk.company(at, cast, "EXPLAINED", {**walk.LINE, "store": "新街口店"})
    walk.do(cast.finance, number, "add_line", line={**walk.LINE, "amount": "79.00"})
    walk.do(cast.finance, number, "drop_line", line=2, reason="不是这笔")
    walk.do(cast.finance, number, "record_contact", who="客服", channel="phone", on="2026-08-18T09:55", said="在查")
    walk.do(cast.finance, number, "add_message", text="请尽快", visibility="internal")
    walk.do(cast.finance, number, "request_evidence", kinds=["E10"], of="provider")
    walk.do(cast.agent, number, "supply_evidence", request=1, refusal="不提供", note="客服口径")
    walk.do(
        cast.finance, number, "propose_responsibility", split=walk.PROVIDER_ALL, reason="未到场", lines={"1": walk.HALF}
    )
    walk.do(cast.agent, number, "answer_responsibility", split=walk.HALF, reason="各半")
    walk.do(cast.approver, number, "confirm_responsibility")
    walk.do(cast.agent, number, "record_refund", lines=[1], on="2026-08-18", amount="1.00", file=walk.photo())
    walk.do(
        cast.finance,
        number,
        "correct_record",
        event=1,
        fields={"cause": "C3", "line": 1, "clause": "7.3"},
        reason="查到了",
    )
    walk.do(cast.boss, number, "accept_charge", reason="算了")
    walk.do(cast.approver, number, "return_request", reason="再等等")
    walk.do(cast.boss, number, "fail_negotiation", summary="谈不拢")
    walk.do(cast.boss, number, "withdraw", reason="不追了")
    return walk.events(cast.boss, number)


def kept(at, cast):
    """An agreement broken, demanded, cured, disputed and kept."""
    number = walk.company(at, cast, "BREACHED")
    proof = {"obligation": 1, "on": "2026-09-05", "amount": "2000.00", "file": walk.photo()}
    walk.do(cast.boss, number, "demand_cure", channel="email", arrived_at="2026-09-05T10:00", proof=walk.photo())
    walk.do(cast.agent, number, "cure", **proof)
    walk.do(cast.finance, number, "dispute_obligation", obligation=1, reason="没有到账")
    walk.do(cast.agent, number, "prove_obligation", **{**proof, "file": walk.photo("b.png", b"b")})
    walk.do(cast.finance, number, "confirm_obligation", obligation=1)
    return walk.events(cast.boss, number)


def signed(at, cast):
    """An agreement changed, made final, signed by one side, declined by the other; then stamped and confirmed anew."""
    number = walk.company(at, cast, "AGREED_DRAFT")
    walk.do(
        cast.agent,
        number,
        "draft_agreement",
        clauses={"设备归还": "三日内归还。"},
        forum="arbitration",
        forum_name="仲裁委",
    )
    walk.do(cast.boss, number, "freeze_agreement")
    signing.sign(cast.boss, number, authority="法定代表人")
    walk.do(cast.agent_chief, number, "decline_to_sign", reason="账户写错了")
    walk.do(cast.finance, number, "make_offer", terms=[{**signing.REFUND, "amount": "500.00"}])
    walk.do(cast.agent_chief, number, "accept_offer", offer=2)
    walk.do(cast.boss, number, "freeze_agreement")
    signing.copy(cast.finance, number, "merchant", "2026-08-18", kind="message")
    signing.copy(cast.agent, number, "provider", "2026-08-18", kind="message")
    return walk.events(cast.boss, number)


@pytest.mark.parametrize("road", [journey, kept, signed])
def test_every_event_is_told_in_both_languages_and_leaves_no_fact_out(at, cast, road):
    from django.utils import translation

    for event in road(at, cast):
        for language in ("zh-hans", "en"):
            with translation.override(language):
                told = events.told(event)
                words = " ".join(
                    [str(told["sentence"]), str(told["corrects"]), *(str(label) for label, _ in told["details"])]
                )
                assert str(told["sentence"]).strip() and not re.search(r"[{}]|None", words), (event.act, words)
                if language == "en":
                    entered = " ".join(map(str, event.data.values()))
                    assert not [c for c in re.findall(r"[\u4e00-\u9fff]", words) if c not in entered], (
                        event.act,
                        words,
                    )
        unknown = set(event.data) - set(facts.FACTS) - TOLD_ELSEWHERE
        assert not unknown, f"{event.act} records {unknown}: give it a row in cases/facts.py"


def test_what_was_corrected_can_be_marked(at, cast):
    everything = journey(at, cast)
    (corrected,) = events.corrections(everything)
    assert corrected == 1
    told = events.told(next(event for event in everything if event.act == "correct_record"))
    assert str(told["corrects"]) == "第 1 条「要回一笔扣款」"
    pairs = [(str(label), value) for label, value in told["details"]]
    assert ("可能的原因", f"{reasons.CAUSES['C1'].label.zh} → {reasons.CAUSES['C3'].label.zh}") in pairs
    assert ("依据的条款", "– → 7.3") in pairs


def test_an_event_without_its_facts_is_still_told():
    class Bare:
        data: dict = {}

    for act in [*events.SENTENCES, "sign"]:
        bare = Bare()
        bare.act = act
        if act != "correct_record":
            assert str(events.told(bare)["sentence"])


@pytest.mark.parametrize("act", corrections.CORRECTABLE)
def test_what_can_be_corrected_has_a_field_and_a_label(act):
    assert set(fields_of(act, INPUTS)) == set(corrections.CORRECTABLE[act])
    assert set(corrections.CORRECTABLE[act]) <= set(facts.FACTS)
