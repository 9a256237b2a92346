"""The pages about the API: its OpenAPI document, the document to try it with, and what each refusal means."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)  # fmt: skip
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from config.http import PROBLEMS


class Document(SpectacularAPIView):
    """OpenAPI 3.1 as JSON, or as YAML when that is asked for."""

    renderer_classes = [OpenApiJsonRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer2, OpenApiYamlRenderer]


class Browser(SpectacularSwaggerSplitView):
    """The document to read and try, from our own files and without inline script."""

    url_name = "api-schema"
    template_name = "api/docs.html"


def problems(request: HttpRequest) -> HttpResponse:
    """Every code that an answer may carry, where `type` points to."""
    rows = [
        {"code": code, "status": status, "title": title, "todo": todo}
        for code, (status, title, todo) in PROBLEMS.items()
    ]
    return render(request, "api/problems.html", {"rows": rows})
