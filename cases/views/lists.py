"""The list of cases: cards for shops, filtered, searched, read by cursor; staff seats have the desk in its place."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import queries, workflow
from cases.views import desk
from cases.views.cards import card
from cases.views.entrance import seated
from cases.views.steps import may_file

DUE = {
    "yours": gettext_lazy("轮到我方"),
    "others": gettext_lazy("等别人"),
    "overdue": gettext_lazy("已过期限"),
    "today": gettext_lazy("24 小时内到期"),
    "week": gettext_lazy("7 天内到期"),
}
FILTERS = {"state": gettext_lazy("状态"), "stage": gettext_lazy("阶段"), "due": gettext_lazy("期限")}


@seated
def case_list(request: HttpRequest) -> HttpResponse:
    """All cases the reader may see, narrowed as asked. A filter that is not known is dropped and named."""
    actor = request.actor  # type: ignore[attr-defined]
    if not actor.is_merchant:
        return desk.queue(request)
    filters = queries.Filters.of(request.GET)
    found = queries.listed(actor, filters, request.GET.get("cursor", ""))
    return render(
        request, "cases/list.html",
        {
            "rows": [card(case, actor) for case in found.rows], "filters": filters, "may_file": may_file(actor),
            "is_filtered": any((filters.state, filters.stage, filters.due, filters.q)),
            "dropped": _("、").join(str(FILTERS[name]) for name in filters.dropped),
            "next_url": _at(request, found.next), "previous_url": _at(request, found.previous),
            "stages": [*workflow.STAGES.items(), ("law", workflow.LAW_STAGE)], "dues": DUE.items(),
            "heading": _("案件"),
        },
    )  # fmt: skip


def _at(request: HttpRequest, cursor: str) -> str:
    """The address of another page of the same list."""
    if not cursor:
        return ""
    params = request.GET.copy()
    params["cursor"] = cursor
    return f"?{params.urlencode()}"
