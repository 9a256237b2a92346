"""The pages of whoever holds the link of a letter: what is asked, the answer in one form, further acts, a colleague.

No log-in and no cookie: the address itself is the key, so that it never goes into a log, a Referer or another site, and
no other site can make a reader's browser send it. Who the holder is, and what he may do, is services/links.py's.
"""

from collections.abc import Callable
from functools import wraps
from uuid import uuid4

from allauth.core import ratelimit
from allauth.core.internal.ratelimit import consume  # the public one does not count what is only looked at
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt

from cases import actions, casepage, workflow
from cases.models import Case, Evidence, Letter
from cases.services import agreements, contact, letters, links
from cases.services.links import Held
from cases.views import actforms, replyforms, replypage
from cases.views.actforms import ActForm
from cases.views.asking import Asked
from cases.views.evidence import sent_file
from config import files, tenancy
from config.errors import Invalid, NotFound, Refused, Stale
from config.http import faults_of
from config.text import Text

MOVED_ON = Text("案件刚刚有更新，请先看变化再提交。", "The case was just updated. Review it, then send.")


def by_link(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Opens the link for `view(request, held, case, …)`; one page for all that opens nothing, whatever the reason."""

    @csrf_exempt
    @wraps(view)
    def opened(request: HttpRequest, token: str, **more) -> HttpResponse:
        reader = getattr(request, "actor", None)
        with links.held(token) as found:
            if found is None:
                response = _nothing(request)
            elif not ratelimit.consume(request, action="answer_link", key=str(found.link.pk)):
                response = ratelimit.respond_429(request)
            else:
                response = _elsewhere(request, found, reader) or _for_holder(view, request, found, **more)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex"
        patch_cache_control(response, private=True, no_store=True)
        return response

    return opened


def _for_holder(view: Callable[..., HttpResponse], request: HttpRequest, found: Held, **more) -> HttpResponse:
    _nobody(request)
    case = casepage.opened(found.actor, found.number)
    if case.provider.has_account:
        return render(request, "reply/log_in.html", {"case": case})
    try:
        return view(request, found, case, **more)
    except NotFound:
        return _nothing(request)


def _nobody(request: HttpRequest) -> None:
    """The frame of the page shows no person and no menu, whoever is logged in."""
    request.actor, request.organisation_name = None, ""  # type: ignore[attr-defined]


def _nothing(request: HttpRequest) -> HttpResponse:
    """Unknown, expired, revoked, not sent yet: the same page. Whoever tries many is slowed down."""
    if not consume(request, app="allauth.account", action="unknown_link", limit_get=True):
        return ratelimit.respond_429(request)
    links.record_refused(None, "unknown_link", {"method": request.method})
    _nobody(request)
    return render(request, "reply/gone.html", status=404)


def _elsewhere(request: HttpRequest, found: Held, reader) -> HttpResponse | None:
    """Where somebody who is in the case already belongs: his own side's pages, and never those of the other."""
    if reader is None:
        return None
    with tenancy.entered(reader):
        is_party = Case.objects.visible_to(reader).filter(pk=found.actor.case_id).exists()
    if not is_party:
        return None
    if reader.is_provider:
        return redirect("case", found.number)
    links.record_refused(found, "own_side", {"user": reader.user_id})
    return render(request, "reply/other_side.html", {"number": found.number}, status=403)


# -- the page -----------------------------------------------------------------------------------------------------


@by_link
def page(request: HttpRequest, found: Held, case: Case) -> HttpResponse:
    """GET shows what is asked and notes the first look, which proves nothing; POST sends the form on the page."""
    if request.method == "POST":
        return _sent(request, found, case, request.POST.get("act", ""))
    links.opened(found)
    return _page(request, found, case)


def _page(request: HttpRequest, found: Held, case: Case, *, status: int = 200, **form) -> HttpResponse:
    told = replypage.read(found, case, _token(request))
    first = replyforms.first_of(told.possible, told.context["offer"])
    if first and not form:
        asked = replyforms.asked(first, case, found.actor, request)
        form = _form(found, asked, ActForm(asked.controls))
    return render(request, "reply/page.html", {
        **_frame(request, found, case), **told.context, "first": first, "first_label": replypage.label_of(first) if first else "",
        "may_acknowledge": "acknowledge" in told.possible, "others": _buttons(told.others(first)), **form,
    }, status=status)  # fmt: skip


def _buttons(names: list[str]) -> list[dict]:
    return [{"name": name, "label": replypage.label_of(name)} for name in names]


def _form(found: Held, asked: Asked, form: ActForm) -> dict:
    shut = asked.more.get("in_details", [])
    holder = form.controls.get("holder") or replyforms.holder(found.link.holder_name)
    return {
        "form": None, "problems": form.problems, "has_files": form.has_files, "holder": holder,
        "controls": [one for name, one in form.controls.items() if name != "holder" and name not in shut],
        **asked.more, "in_details": [form.controls[name] for name in shut],
    }  # fmt: skip


def _frame(request: HttpRequest, found: Held, case: Case) -> dict:
    return {
        "case": case, "token": _token(request), "whose": replypage.whose(found.link),
        "nonce": request.POST.get("nonce") or uuid4().hex, "version": request.POST.get("version") or case.version,
    }  # fmt: skip


def _token(request: HttpRequest) -> str:
    return request.resolver_match.kwargs["token"]


# -- acting -------------------------------------------------------------------------------------------------------


@by_link
def act(request: HttpRequest, found: Held, case: Case, act: str) -> HttpResponse:
    """The page of one act beyond the form that stands on the first page."""
    if request.method == "POST":
        return _sent(request, found, case, act)
    if act not in replypage.possible(found, case):
        return redirect("reply", token=_token(request))
    asked = replyforms.asked(act, case, found.actor, request)
    return _act_page(request, found, case, act, _form(found, asked, ActForm(asked.controls)))


def _act_page(request: HttpRequest, found: Held, case: Case, act: str, form: dict, status: int = 200) -> HttpResponse:
    context = {**_frame(request, found, case), "act": act, "label": replypage.label_of(act), **form}
    return render(request, "reply/act.html", context, status=status)


def _sent(request: HttpRequest, found: Held, case: Case, name: str) -> HttpResponse:
    """Performs an act once; what is refused changes nothing, not even the arrival, and gives back all that was typed."""
    if name not in workflow.BY_LINK or name not in workflow.ALIVE:
        raise NotFound
    form_of = "explain" if name == "acknowledge" else name  # both stand in one form
    asked = replyforms.asked(form_of, case, found.actor, request)
    form = ActForm({"holder": replyforms.holder(found.link.holder_name), **asked.controls})
    actforms.fill_sent(form.controls, request)
    try:
        with transaction.atomic():
            key = request.POST.get("nonce") or uuid4().hex
            links.once(found, key, name, lambda: _performed(request, found, case, name, asked))
    except Refused as refusal:
        return _refused(request, found, name, asked, form, refusal)
    return redirect("reply-done", token=_token(request), act=name)


def _performed(request: HttpRequest, found: Held, case: Case, name: str, asked: Asked) -> str:
    version = request.POST.get("version", "")
    if version.isdecimal() and int(version) != case.version and not name.startswith("add_"):
        raise Stale(MOVED_ON)
    holder = links.named(found, request.POST.get("holder", ""))
    with tenancy.entered(holder.actor):
        contact.prove_reading(holder.actor, found.number, found.link.letter_id)
        data = {} if name == "acknowledge" else {**_typed(request, asked), **asked.fixed}
        if asked.read and data:
            data = asked.read(request, data)
        actions.perform(holder.actor, name, data, number=found.number)
    return name


def _typed(request: HttpRequest, asked: Asked) -> dict:
    """What was sent; a file only as an upload of this very form."""
    typed = {name: one for name, one in asked.controls.items() if one.kind != "file" or name in request.FILES}
    return actforms.sent(typed, request)


def _refused(
    request: HttpRequest, found: Held, name: str, asked: Asked, form: ActForm, refusal: Refused
) -> HttpResponse:
    if refusal.is_recorded:
        links.record_refused(found, refusal.code, {"act": name})
    form.blame(refusal)
    case = casepage.opened(found.actor, found.number)
    shown = _form(found, asked, form)
    status = refusal.status if refusal.status in (409, 412) else 422
    if refusal.status == 412:
        shown["version"] = case.version
    first = replyforms.first_of(replypage.possible(found, case), case.offers.filter(state="live").exists())
    if first and name in (first, "acknowledge"):
        return _page(request, found, case, status=status, **shown)
    return _act_page(request, found, case, name, shown, status)


@by_link
def done(request: HttpRequest, found: Held, case: Case, act: str) -> HttpResponse:
    """What was sent, what happens next, and that the same link opens the case again."""
    if act not in {*workflow.BY_LINK, "name_colleague"}:
        raise NotFound
    told = replypage.read(found, case, _token(request))
    return render(request, "reply/done.html", {
        **_frame(request, found, case), **told.context, "act": act,
        "did": replypage.label_of(act) if act in workflow.ACTS else "", "others": _buttons(told.others("")),
    })  # fmt: skip


# -- a colleague, and the papers ----------------------------------------------------------------------------------


@by_link
def colleague(request: HttpRequest, found: Held, case: Case) -> HttpResponse:
    """Names whoever knows more: he gets a link of his own, and the record says who passed it on."""
    form = ActForm(replyforms.naming(found.link.holder_name))
    status = 200
    if request.method == "POST":
        actforms.fill_sent(form.controls, request)
        try:
            with transaction.atomic():
                links.once(found, request.POST.get("nonce") or uuid4().hex, "colleague", lambda: _named(request, found))
            return redirect("reply-done", token=_token(request), act="name_colleague")
        except Refused as refusal:
            form.blame(refusal)
            status = 409 if refusal.status == 409 else 422
    context = {
        **_frame(request, found, case),
        "form": None,
        "problems": form.problems,
        "controls": list(form.controls.values()),
    }
    return render(request, "reply/colleague.html", context, status=status)


def _named(request: HttpRequest, found: Held) -> str:
    serializer = replyforms.ColleagueInput(
        data={name: request.POST.get(name, "").strip() for name in ("name", "email")}
    )
    if not serializer.is_valid():
        raise Invalid(Text("有内容需要修改。", "Some values need correcting."), list(faults_of(serializer.errors)))
    holder = links.named(found, request.POST.get("holder", ""))
    with tenancy.entered(holder.actor):
        links.name_colleague(holder, serializer.validated_data["name"], serializer.validated_data["email"])
    return "name_colleague"


@by_link
def letter_pdf(request: HttpRequest, found: Held, case: Case, position: int) -> HttpResponse:
    letter = Letter.objects.visible_to(found.actor).filter(case=case, position=position, sent_at__isnull=False).first()
    if letter is None:
        raise NotFound
    letter.case = case
    stored = letters.pdf(found.actor, letter)
    return sent_file(files.read(stored), stored.name, "application/pdf")


@by_link
def evidence_file(request: HttpRequest, found: Held, case: Case, position: int) -> HttpResponse:
    item = Evidence.objects.visible_to(found.actor).filter(case=case, position=position).select_related("file").first()
    if item is None:
        raise NotFound
    return sent_file(files.read(item.file), item.name, item.content_type)


@by_link
def agreement_pdf(request: HttpRequest, found: Held, case: Case) -> HttpResponse:
    """The frozen text, to be printed and stamped."""
    agreement = agreements.latest(case)
    if agreement is None or agreement.pdf is None:
        raise NotFound
    return sent_file(files.read(agreement.pdf), agreement.pdf.name, "application/pdf")
