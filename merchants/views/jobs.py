"""The page of long work: how far it is, how it ended, where its result is. One may leave it and come back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from config import jobs
from config.errors import NotFound
from config.models import Job
from config.text import Text
from merchants.views.entrance import seated
from merchants.views.imports import _query


@seated
@never_cache
@require_safe
def job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """While it runs the page asks again every two seconds; when it has ended well it leads to the result."""
    actor = request.actor  # type: ignore[attr-defined]
    found = Job.objects.filter(pk=job_id, membership_id=actor.membership_id).first()
    if found is None:
        raise NotFound(Text("没有找到这项处理。", "This work was not found."))
    if found.state == "done":
        return _onward(request, found)
    part = "imports/progress.html" if request.headers.get("HX-Request") else "imports/job.html"
    error = found.error.get("en" if (get_language() or "").startswith("en") else "zh", "")
    runs = found.state in ("queued", "running")
    return render(request, part, {"job": found, "runs": runs, "error": error, "query": _query(request)})


@seated
@require_POST
def cancel(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Ends work that has not ended."""
    if jobs.cancel(request.actor, job_id):  # type: ignore[attr-defined]
        messages.info(request, _("已停止，没有导入任何内容。"))
    return redirect("import-list")


def _onward(request: HttpRequest, found: Job) -> HttpResponse:
    """To the result, once, with what came of it in one sentence."""
    result = found.result
    level, text = _told(result)
    messages.add_message(request, level, text)
    url = reverse("import-result", args=[result["import"]]) + _query(request)
    if not request.headers.get("HX-Request"):
        return redirect(url)
    response = HttpResponse()
    response["HX-Redirect"] = url
    return response


def _told(result: dict) -> tuple[int, str]:
    if result["duplicate"]:
        return messages.INFO, _("这个文件以前导入过，没有重复导入。下面是当时的结果。")
    if result["held"]:
        return messages.WARNING, _("文件的合计对不上，先没有写入。请看下面两个数。")
    told = {"added": result["added"], "known": result["known"]}
    if told["known"]:
        return messages.SUCCESS, _("导入好了：%(added)s 笔扣款和到账，另有 %(known)s 笔以前已经导入过。") % told
    return messages.SUCCESS, _("导入好了：%(added)s 笔扣款和到账。") % told
