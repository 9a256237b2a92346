"""Pages of the reply templates: the list, one to write or change, one to take away. What they may hold is services/desk.py's."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cases.inputs.desk import TemplateInput
from cases.models import ReplyTemplate
from cases.services import desk
from cases.views import actforms
from cases.views.actforms import ActForm
from cases.views.entrance import seated
from config.errors import Invalid
from config.http import faults_of
from config.text import Text


@seated
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    rows = [{"row": row, "act": desk.ACTS[row.act]} for row in desk.templates(request.actor)]  # type: ignore[attr-defined]
    return render(request, "cases/desk/templates.html", {"rows": rows})


@seated
def new(request: HttpRequest) -> HttpResponse:
    desk.templates(request.actor)  # type: ignore[attr-defined]
    return _asked(request, None)


@seated
def edit(request: HttpRequest, template_id: UUID) -> HttpResponse:
    return _asked(request, desk.template(request.actor, template_id))  # type: ignore[attr-defined]


@seated
@require_POST
def delete(request: HttpRequest, template_id: UUID) -> HttpResponse:
    desk.delete_template(request.actor, template_id)  # type: ignore[attr-defined]
    messages.success(request, _("模板已删除。"))
    return redirect("reply-templates")


def _asked(request: HttpRequest, row: ReplyTemplate | None) -> HttpResponse:
    form = _form(row)
    if request.method != "POST":
        return _shown(request, row, form)
    actforms.fill_sent(form.controls, request)
    try:
        told = TemplateInput(data=actforms.sent(form.controls, request))
        if not told.is_valid():
            raise Invalid(Text("有内容需要修改。", "Some values need correcting."), list(faults_of(told.errors)))
        desk.save_template(request.actor, told.validated_data, row.pk if row else None)  # type: ignore[attr-defined]
    except Invalid as refusal:
        form.blame(refusal)
        return _shown(request, row, form, 422)
    messages.success(request, _("模板已保存。"))
    return redirect("reply-templates")


def _form(row: ReplyTemplate | None) -> ActForm:
    controls = actforms.of_fields(TemplateInput().get_fields())
    controls["clause"].hint = _("写消息用的模板不用填以下几项；说明原因时不能提供的写「没有」或「拒绝」。")
    actforms.fill(controls, {"act": "explain", **({"name": row.name, "act": row.act, **row.data} if row else {})})
    return ActForm(controls)


def _shown(request: HttpRequest, row: ReplyTemplate | None, form: ActForm, status: int = 200) -> HttpResponse:
    context = {"row": row, "problems": form.problems, "controls": form.controls, "words": desk.PLACEHOLDERS.values()}
    return render(request, "cases/desk/template.html", context, status=status)
