"""The floors: the plainest thing a library does for the same work, so that a ratio means something to a stranger."""

from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from rest_framework import generics, pagination, serializers

from cases.models import Case
from merchants.models import Terminal


class BareCase(serializers.ModelSerializer):
    class Meta:
        model = Case
        fields = ["number", "state", "amount", "created_at"]


class BarePages(pagination.CursorPagination):
    page_size, ordering = 25, "-created_at"


class BareList(generics.ListAPIView):
    """A bare list of cursor pages: no log-in, no tenant of its own."""

    queryset = Case.objects.all()
    serializer_class, pagination_class = BareCase, BarePages
    authentication_classes: list = []
    permission_classes: list = []


class BareTerminal(serializers.ModelSerializer):
    class Meta:
        model = Terminal
        fields = ["id", "organisation", "mid", "tid", "created_at"]


class BarePost(generics.CreateAPIView):
    """A bare POST of one row."""

    queryset = Terminal.objects.all()
    serializer_class = BareTerminal
    authentication_classes: list = []
    permission_classes: list = []


PAGE = Engine().from_string(
    "<!doctype html><ul>{% for c in cases %}<li>{{ c.number }} {{ c.amount }}</li>{% endfor %}</ul>"
)


def bare_page(request: HttpRequest) -> HttpResponse:
    """A bare HTML page of 25 rows."""
    return HttpResponse(PAGE.render(Context({"cases": list(Case.objects.order_by("-created_at")[:25])})))
