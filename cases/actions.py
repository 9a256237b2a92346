"""Act name → input, service, sentence. The one way in for page, API and replay: `perform`.

Decides nothing: the table says who and when, the services say what.
"""

from contextlib import nullcontext
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile

from cases import events, inputs, timetable, workflow
from cases.inputs import corrections
from cases.models import Case
from cases.services import (
    agreements,
    answers,
    approvals,
    breach,
    closing,
    contact,
    desk,
    evidence,
    expiry,
    filing,
    guards,
    investigation,
    mandates,
    money,
    negotiation,
    notify,
    obligations,
    records,
    signing,
    steps,
)
from cases.workflow import Act
from config import tenancy
from config.actors import Actor
from config.errors import Invalid, NotAllowed, NotFound, NoVersion
from config.http import faults_of
from config.text import Text

CLOCKS = timetable.CLOCKS
INPUTS = inputs.INPUTS
SENTENCES = events.SENTENCES
SERVICES = {
    "file": filing.file,
    "open": filing.open,
    "add_line": filing.add_line,
    "drop_line": filing.drop_line,
    "record_contact": contact.record_contact,
    "send_letter": contact.send_letter,
    "record_arrival": contact.record_arrival,
    "remind": contact.remind,
    "acknowledge": investigation.acknowledge,
    "explain": answers.explain,
    "propose_responsibility": investigation.propose_responsibility,
    "answer_responsibility": investigation.answer_responsibility,
    "confirm_responsibility": investigation.confirm_responsibility,
    "add_evidence": evidence.add_evidence,
    "request_evidence": evidence.request_evidence,
    "supply_evidence": evidence.supply_evidence,
    "add_message": records.add_message,
    "correct_record": records.correct_record,
    "notify_parties": notify.notify_parties,
    "acknowledge_notice": notify.acknowledge_notice,
    "prove_obligation": obligations.prove_obligation,
    "confirm_obligation": obligations.confirm_obligation,
    "dispute_obligation": obligations.dispute_obligation,
    "declare_breach": breach.declare_breach,
    "demand_cure": contact.demand_cure,
    "cure": breach.cure,
    "record_refund": money.record_refund,
    "set_mandate": mandates.set_mandate,
    "start_negotiation": negotiation.start_negotiation,
    "make_offer": negotiation.make_offer,
    "reject_offer": negotiation.reject_offer,
    "withdraw_offer": negotiation.withdraw_offer,
    "accept_offer": negotiation.accept_offer,
    "draft_agreement": agreements.draft_agreement,
    "freeze_agreement": agreements.freeze_agreement,
    "sign": signing.sign,
    "upload_signed_copy": signing.upload_signed_copy,
    "decline_to_sign": signing.decline_to_sign,
    "accept_charge": closing.accept_charge,
    "fail_negotiation": closing.fail_negotiation,
    "withdraw": closing.withdraw,
    "close": closing.close,
    "assign": desk.assign,
    "approve": approvals.approve,
    "return_request": approvals.return_request,
}


def read(act: str, data) -> dict:
    """The act's input, checked by its serializer. Raises Invalid with every fault found."""
    if act not in INPUTS:
        raise NotFound(Text("没有这个操作。", "There is no such act."))
    serializer = INPUTS[act](data=data)
    if not serializer.is_valid():
        raise Invalid(Text("有内容需要修改。", "Some values need correcting."), list(faults_of(serializer.errors)))
    return dict(serializer.validated_data)


def perform(actor: Actor, act: str, data, *, number: str | None = None, version: int | None = None,
            needs_version: bool = False) -> Case:  # fmt: skip
    """Performs an act for whatever door: reads the input, keeps uploads, opens the tenant where none is open."""
    with nullcontext() if tenancy.current.get() == actor else tenancy.acting(actor):
        if needs_version and version is None and act != "file" and not act.startswith("add_"):
            raise NoVersion(Text("请在 If-Match 中带上案件版本。", "Send the case's version in If-Match."))
        checked = read(act, data)
        if act == "correct_record":
            of = records.act_of(actor, number, checked["event"])
            checked["fields"] = corrections.read(of, checked["fields"], INPUTS)
        checked = kept(actor, checked)
        if act == "file":
            return SERVICES[act](actor, checked)
        version = _settled(actor, number, version)
        if act == "approve" and (request := approvals.waiting(actor, number)):
            checked["asked"] = kept(actor, read(request.act, request.data))
        return SERVICES[act](actor, number, checked, version=version)


def _settled(actor: Actor, number: str, version: int | None) -> int | None:
    """Lets pass what has passed. Who saw the case just before has not missed anything by it: the act is judged on the
    state that stands then, whether or not a sweeper runs."""
    seen = version is not None and steps.load(actor, number, lock=True).version == version
    expiry.settle(number)
    if actor.is_provider and not actor.case_id:
        contact.prove_reading(actor, number)
    return Case.objects.values_list("version", flat=True).get(number=number) if seen else version


def kept(actor: Actor, value):
    """The same input with each upload stored byte for byte and each file id looked up."""
    if isinstance(value, dict):
        return {
            key: evidence.find_file(actor, one)
            if key in FILE_FIELDS and isinstance(one, UploadedFile | UUID)
            else kept(actor, one)
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [kept(actor, one) for one in value]
    return value


FILE_FIELDS = ("file", "proof")


def available(case: Case, actor: Actor) -> list[tuple[Act, list[Text]]]:
    """The acts open to this actor on this case now, each with what still blocks it."""
    found = []
    for act in workflow.ALIVE.values():
        if case.state not in act.from_ or not _may(act, actor, case):
            continue
        blocked = [text for name, text in guards.missing(case, actor, act.requires, {}) if name != "outcome_fits"]
        found.append((act, blocked))
    return found


def _may(act: Act, actor: Actor, case: Case) -> bool:
    """By seat; the merchant may stand in for a respondent without account."""
    try:
        steps.standing(act, actor, {}, case)
    except NotAllowed:
        stands_in = act.proxied and actor.is_merchant and not (case.provider_id and case.provider.has_account)
        return stands_in and actor.seat in ("merchant.finance", "merchant.owner")
    return True
