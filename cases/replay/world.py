"""The database, the clock and the people of one replay. All of it is dropped afterwards."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import connection

from cases.replay.reading import Replay, Step, WrongFile, plain
from cases.services import expiry, notices
from config import clock, database, tenancy
from config.actors import SYSTEM, Actor
from config.text import Text
from merchants import access, roles
from merchants.models import Membership, Organisation, Terminal, User
from merchants.services import organisations

OWN = {"merchant": "merchant.owner", "provider": "provider.agent", "legal": "legal.reviewer"}


@contextmanager
def database_of_its_own(*, keep: bool = False) -> Iterator[str]:
    """Points the product at a fresh clone of the migrated template; answers the clone's name."""
    template = database.template(settings.DATABASE_URL, settings.SECRET_KEY)
    name, former = f"recourse_replay_{uuid4().hex[:12]}", connection.settings_dict["NAME"]
    database.clone(settings.DATABASE_URL, template, name)
    connection.close()
    connection.settings_dict["NAME"] = name
    files, folder = settings.FILES_DIR, tempfile.mkdtemp(prefix="recourse-replay-")
    settings.FILES_DIR = Path(folder)
    try:
        yield name
    finally:
        connection.close()
        connection.settings_dict["NAME"], settings.FILES_DIR = former, files
        shutil.rmtree(folder, ignore_errors=True)
        if not keep:
            database.drop(settings.DATABASE_URL, name)


class Clock:
    """The application's time in this database; moving it lets everything that falls due on the way happen in order."""

    def __init__(self, name: str) -> None:
        self.admin = database.administrator(settings.DATABASE_URL, name)
        self.at: datetime | None = None

    def close(self) -> None:
        self.admin.close()

    def set(self, at: datetime) -> None:
        with self.admin.transaction():
            self.admin.execute("DELETE FROM config_clock")
            self.admin.execute("INSERT INTO config_clock VALUES (%s)", [at])
        self.at = at

    def move(self, at: datetime) -> None:
        """Moves forward to `at`, stopping at each timer and at each morning's digest, as the sweeper would be there."""
        while self.at is not None and (stop := self._next_stop(at)) is not None:
            self.set(stop)
            self.settle()
        self.set(at)
        self.settle()

    def settle(self) -> None:
        while expiry.sweep() or notices.sweep() or notices.digest():
            pass

    def _next_stop(self, until: datetime) -> datetime | None:
        # The administrator sees all timers at once; the product itself only learns the ids of those that are due.
        row = self.admin.execute(
            "SELECT min(fire_at) FROM cases_timer WHERE state = 'pending' AND fire_at > %s AND fire_at < %s",
            [self.at, until],
        ).fetchone()
        waiting = self.admin.execute("SELECT max(created_at) FROM cases_notice").fetchone()
        stops = [row[0]] if row and row[0] else []
        if waiting and waiting[0] and self.at is not None:
            morning = datetime.combine(clock.local_day(waiting[0]), notices.DIGEST, clock.SHANGHAI)
            morning += timedelta(days=1) if morning <= waiting[0] else timedelta()
            stops += [morning] if self.at < morning < until else []
        return min(stops, default=None)


class People:
    """The parties of the file as organisations, with one person a seat (`people: 1`: the owner alone)."""

    def __init__(self, replay: Replay) -> None:
        self.replay = replay
        self.actors: dict[tuple[str, str], Actor] = {}
        self.organisations: dict[str, Organisation] = {}
        for place, (key, party) in enumerate(replay.parties.items()):
            if party.get("account", True):
                self._with_account(key, party, place)

    def _with_account(self, key: str, party: dict, place: int) -> None:
        kind = party["kind"]
        phone = f"+86139{place:04d}%04d"
        founded = organisations.found(
            kind=kind, name=party["name"], owner={"name": f"{party['name'][:20]}负责人", "phone": phone % 0},
            seat=OWN[roles.SIDE_OF_KIND[kind]], is_listed=kind not in roles.MERCHANTS,
        )  # fmt: skip
        first = access.actor_of(founded.memberships[0])
        self.organisations[key] = founded.organisation
        self.actors[key, first.seat] = first
        stores = [organisations.add_store(first, name) for name in party.get("stores", ())]
        if int(party.get("people", 0)) != 1:
            for i, seat in enumerate(roles.seats_of(kind), 1):
                if seat != first.seat:
                    within = [stores[0].id] if stores and seat == "merchant.store" else None
                    person = {"name": f"{party['name'][:20]}{roles.SEATS[seat].zh}", "phone": phone % i}
                    self.actors[key, seat] = access.actor_of(self._seated(first, person, seat, within))
        self.actors[key, first.seat] = access.actor_of(founded.memberships[0])  # alone or not shows only now
        with tenancy.acting(first):
            for tid in party.get("tids", ()):
                Terminal.objects.create(
                    organisation=founded.organisation,
                    mid=str(party.get("mid", "")),
                    tid=str(tid),
                    created_at=clock.now(),
                )

    def _seated(self, first: Actor, person: dict, seat: str, within: list | None) -> Membership:
        """The store seat of a party whose file names no stores sees the whole shop: it is the only store there is."""
        if seat != "merchant.store" or within:
            return organisations.seat(first, person, seat, within)
        with tenancy.acting(first):
            return organisations.member(first.organisation_id, User.objects.create_user(**person), seat, None)

    def actor(self, step: Step) -> Actor:
        if step.party == "system":
            return SYSTEM
        party = self.replay.parties[step.party]
        side = roles.SIDE_OF_KIND[party["kind"]]
        seat = step.seat if step.seat == "auditor" else f"{side}.{step.seat}"
        found = self.actors.get((step.party, seat))
        if found is None and int(party.get("people", 0)) == 1:
            found = self.actors.get((step.party, OWN[side]))
        if found is None and not party.get("account", True):
            # Without account nobody can act for it but the merchant, who says so with on_behalf.
            found = self._claimant()
        if found is None:
            text = Text("第 {n} 步：{seat} 这个席位没有人。", "Step {n}: nobody sits in {seat}.")
            raise WrongFile(text.format(n=step.number, seat=f"{step.party}.{step.seat}"))
        return found

    def _claimant(self) -> Actor | None:
        mine = {seat: actor for (_, seat), actor in self.actors.items() if seat.startswith("merchant.")}
        return mine.get("merchant.finance") or mine.get("merchant.owner")

    def named(self, data: dict) -> dict:
        """Party keys in the input as what the input takes: the organisation, or name and kind where it has no account."""
        data = plain(data)
        for name in ("provider", "outsourcer"):
            party = self.replay.parties.get(data.get(name)) if isinstance(data.get(name), str) else None
            if party:
                known: Organisation | None = self.organisations.get(data[name])
                data[name] = str(known.pk) if known else {"name": party["name"], "kind": party["kind"]}
        return data


def path_in(folder: Path, name: str, number: int) -> Path:
    path = folder / str(name)
    if not path.is_file():
        text = Text("第 {n} 步：没有文件 {name}。", "Step {n}: there is no file {name}.")
        raise WrongFile(text.format(n=number, name=name))
    return path
