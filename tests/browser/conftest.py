"""A served site and a real browser for the tests of pages. What a page must hold is in checks.py, counting in actor.py.

`site` is shared by all browser tests: each takes people of its own (`site.shop()`), so none sees another's rows.
A test that moves time or counts rows takes `own_site`. Without a browser every test fails with one sentence.
"""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from playwright.sync_api import Browser, Page

from config import database
from config.actors import Actor as Person
from merchants import access, roles
from merchants.models import User
from merchants.services import organisations
from tests.conftest import ROOT, TEMPLATE, point_to
from tests.pages.person import has_second_factor

# The browser's driver keeps an event loop in this thread; Django would refuse its database there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
PHONE, TABLET, DESK = (360, 780), (768, 1024), (1440, 900)
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
START_SECONDS = 60
_phones = count(10_000_000)


@dataclass
class Site:
    """The product as it is served, and a way to be somebody in it."""

    url: str
    data_dir: Path
    log: Path

    def shop(self, name: str = "", kind: str = "sole_trader") -> Person:
        """The owner and only member of a new merchant with nothing in it."""
        return self.founded(kind, name or f"小店{uuid4().hex[:6]}")

    def founded(self, kind: str, name: str, seat: str = "merchant.owner", **more) -> Person:
        """The first member of a new organisation of any kind."""
        owner = {"name": "周小满", "phone": f"+86139{next(_phones)}"}
        firm = organisations.found(kind=kind, name=name, owner=owner, seat=seat, **more)
        return access.actor_of(firm.memberships[0])

    def session(self, person: Person) -> str:
        """The session of somebody who has just logged in."""
        user = User.objects.get(pk=person.user_id)
        if person.seat in roles.STAFF_SEATS:
            Authenticator.objects.get_or_create(user=user, type="totp", defaults={"data": {"secret": "A" * 32}})
        store = SessionStore()
        store[SESSION_KEY] = str(user.pk)
        store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        store[HASH_SESSION_KEY] = user.get_session_auth_hash()
        store["membership"] = str(person.membership_id)
        store["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
        store["account_authentication_methods_user"] = str(user.pk)
        has_second_factor(person)
        store.save()
        return store.session_key


@contextmanager
def serve(folder: Path) -> Iterator[Site]:
    """Gunicorn on a database of its own, cloned from the migrated template; this process reads the same rows."""
    name, former = f"recourse_{uuid4().hex[:12]}", connection.settings_dict["NAME"]
    url = database.clone(settings.DATABASE_URL, TEMPLATE, name)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{probe.getsockname()[1]}"
    log = folder / "web.log"
    command = [
        sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", base.removeprefix("http://"), "--threads", "4",
        "--no-control-socket", "--graceful-timeout", "2",
    ]  # fmt: skip
    env = {
        **os.environ, "DATABASE_URL": url, "DATA_DIR": str(folder), "BASE_URL": base, "DEMO": "0",
        "SECRET_KEY": settings.SECRET_KEY,
    }  # fmt: skip
    with log.open("wb") as out:
        web = subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=subprocess.STDOUT)
    files, settings.FILES_DIR = settings.FILES_DIR, folder / "files"
    try:
        _wait_for(base, web, log)
        point_to(name)
        yield Site(base, folder, log)
    finally:
        settings.FILES_DIR = files
        web.terminate()
        web.wait(10)
        point_to(former)
        database.drop(settings.DATABASE_URL, name)


def _wait_for(base: str, web: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while web.poll() is None and time.monotonic() < until:
        link = http.client.HTTPConnection(base.removeprefix("http://"), timeout=5)
        try:
            link.request("GET", "/static/icons/mark.svg")
            if link.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            link.close()
    pytest.fail(f"The site does not start:\n{log.read_text(errors='replace')[-2000:]}", pytrace=False)


@pytest.fixture(scope="session")
def served(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[tuple[Site, str]]:
    with django_db_blocker.unblock():
        former = connection.settings_dict["NAME"]
        with serve(tmp_path_factory.mktemp("site")) as site:
            name = connection.settings_dict["NAME"]
            point_to(former)
            yield site, name


@pytest.fixture
def site(served, django_db_blocker) -> Iterator[Site]:
    """The site that all browser tests share."""
    found, name = served
    with django_db_blocker.unblock():
        former = connection.settings_dict["NAME"]
        files, settings.FILES_DIR = settings.FILES_DIR, found.data_dir / "files"
        point_to(name)
        yield found
        point_to(former)
        settings.FILES_DIR = files


@pytest.fixture
def own_site(django_db_setup, django_db_blocker, tmp_path) -> Iterator[Site]:
    """A site with a database of this test's own."""
    with django_db_blocker.unblock(), serve(tmp_path) as found:
        yield found


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args) -> dict:
    found = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
    )
    if not found:
        pytest.fail("No browser: install Chromium (`apt-get install chromium fonts-noto-cjk`).", pytrace=False)
    return {**browser_type_launch_args, "executable_path": found, "args": ARGUMENTS}


@pytest.fixture
def open_page(browser: Browser, request) -> Iterator[Callable[..., Page]]:
    """Opens a page as somebody, on a phone unless told otherwise. Console errors gather in `page.complaints`."""
    served_site = request.getfixturevalue("own_site" if "own_site" in request.fixturenames else "site")
    contexts = []

    def opened(person: Person | None = None, *, language: str = "zh-hans", size=PHONE, js: bool = True, **more) -> Page:
        context = browser.new_context(
            base_url=served_site.url, viewport={"width": size[0], "height": size[1]}, java_script_enabled=js,
            locale="en-GB" if language == "en" else "zh-CN", timezone_id="Asia/Shanghai", has_touch=size == PHONE, **more,
        )  # fmt: skip
        contexts.append(context)
        cookies = {"language": language}
        if person:
            cookies[settings.SESSION_COOKIE_NAME] = served_site.session(person)
        context.add_cookies([{"name": key, "value": value, "url": served_site.url} for key, value in cookies.items()])
        page = context.new_page()
        page.complaints, page.runs_scripts = [], js
        page.on("console", lambda message: message.type == "error" and page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("request", lambda sent: _outside(page, served_site.url, sent.url))
        return page

    yield opened
    for context in contexts:
        context.close()


def _outside(page: Page, base: str, url: str) -> None:
    if not url.startswith((base, "data:", "blob:", "about:")):
        page.complaints.append(f"asked another host: {url}")
