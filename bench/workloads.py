"""The workloads of speed.md that this product has: list, case page, filing, API list, sweeping, statement reading."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import uuid4

from django.db import connection
from django.test import Client, RequestFactory

from bench import floors
from cases import actions
from cases.models import Case, Timer
from cases.services import expiry
from config import clock, database, tenancy
from merchants import access
from merchants.models import User
from merchants.services import organisations

LINE = {"on": "2026-08-17", "mid": "898305054110218", "fee_name": "服务费"}


def all_rows(url: str, *, cases: int, due: int, pair: Callable, row: type) -> Iterator:
    founded = organisations.found(kind="sole_trader", name="测速小店", owner={"name": "测", "phone": "+8613700000000"})
    owner = access.actor_of(founded.memberships[0])
    numbers = [_file(owner, i).number for i in range(cases)]
    client = Client()
    client.force_login(User.objects.get(pk=owner.user_id), backend="django.contrib.auth.backends.ModelBackend")

    def seen(view):
        request = RequestFactory().get("/")
        with tenancy.acting(owner):
            response = view(request)
            getattr(response, "render", lambda: None)()

    bare_list = floors.BareList.as_view()
    ours, floor = pair(lambda: _get(client, "/cases/"), lambda: seen(floors.bare_page))
    yield row("W1", f"case list page, {cases} cases", "bare HTML page of 25 rows", ours, floor, 12)
    ours, floor = pair(lambda: _get(client, "/api/v1/cases?limit=25"), lambda: seen(bare_list))
    yield row("W1b", "case list through the API", "bare DRF cursor list", ours, floor, 2.5)
    ours, floor = pair(lambda: _get(client, f"/cases/{numbers[0]}/"), lambda: seen(floors.bare_page))
    yield row("W2", "case page", "bare HTML page of 25 rows", ours, floor, 30)
    ours, floor = pair(lambda: _file(owner, 0), lambda: _post(owner))
    yield row("W3", "file a case (event, clocks, timers, letter)", "bare DRF POST of one row", ours, floor, 4)
    yield from _sweeping(url, owner, numbers, due, row)
    yield from _reading(pair, row)


def _get(client: Client, url: str) -> None:
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)


def _file(owner, i: int) -> Case:
    lines = [{**LINE, "amount": "12.00", "tid": f"{20000000 + i}"}]
    return actions.perform(owner, "file", {"symptom": "S5", "provider": "某支付公司", "lines": lines, "submit": True})


def _post(owner) -> None:
    data = {
        "organisation": str(owner.organisation_id),
        "mid": "1",
        "tid": uuid4().hex[:8],
        "created_at": "2026-08-17T00:00:00Z",
    }
    request = RequestFactory().post("/", json.dumps(data), content_type="application/json")
    with tenancy.acting(owner):
        response = floors.BarePost.as_view()(request)
    assert response.status_code == 201, response.data


def _sweeping(url: str, owner, numbers: list[str], due: int, row: type) -> Iterator:
    """D1 with its full effect against a plain save per row (ruling 10), and D2, the empty sweep in SQL."""
    import time

    with tenancy.acting(owner):
        later = clock.now() + timedelta(days=30)
    with database.administrator(url) as admin:
        admin.execute("INSERT INTO config_clock VALUES (%s)", [later])
    begun = time.perf_counter()
    fired = 0
    while done := expiry.sweep():
        fired += done
    ours = (time.perf_counter() - begun) / max(fired, 1)
    assert fired >= due, f"only {fired} timers were due"
    with tenancy.acting(owner):
        rows = list(Timer.objects.filter(state="fired")[:due])
    begun = time.perf_counter()
    for one in rows:
        with tenancy.acting(owner):
            one.attempts = 0
            one.save(update_fields=["attempts"])
    floor = (time.perf_counter() - begun) / len(rows)
    yield row(
        "D1",
        f"one of {fired} due timers, with all effects",
        "plain save of a row in its transaction",
        ours,
        floor,
        1 / 0.3,
    )
    with connection.cursor() as cursor:
        times: dict[str, list[float]] = {"SELECT * FROM app_due_timers(200)": [], "SELECT 1": []}
        for _ in range(50):
            for statement, taken in times.items():
                begun = time.perf_counter()
                cursor.execute(statement)
                taken.append(time.perf_counter() - begun)
    empty, nothing = (sorted(taken)[25] for taken in times.values())
    yield row("D2", "empty sweep", "SELECT 1", empty, nothing, 10)


def _reading(pair: Callable, row: type) -> Iterator:
    """Reading a statement of 20,000 lines: decoded, checked, masked, totals compared."""
    from merchants.statements.importing import Import

    head = "结算日期,商户编号,商户名称,终端号,交易日期,交易时间,交易类型,批次号,凭证号,参考号,授权码,卡号,卡类型,交易金额,手续费,其他扣款,扣款名称,扣款依据,结算金额,备注"
    body = (
        f"2026-08-17,898305054110218,店,20117765,2026-08-16,12:00:00,消费,000112,{i:06d},{i:012d},,622202******4417,,"
        f"10.00,0.06,0.00,,,9.94,"
        for i in range(20_000)
    )
    content = "\n".join([head, *body]).encode()

    def ours() -> None:
        for _ in Import(io.BytesIO(content), b"key", "auto", None):
            pass

    def floor() -> None:
        for _ in csv.reader(io.StringIO(content.decode())):
            pass

    measured, bare = pair(ours, floor, 3)
    yield row("R6s", "read a statement of 20,000 lines", "csv.reader over it", measured, bare, 60)
