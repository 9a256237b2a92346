"""How a story of the demo acts: as people, through the same door as pages and API; and the small files they upload."""

from datetime import datetime

from django.core.files.uploadedfile import SimpleUploadedFile

from cases import actions
from cases.demo.people import World
from cases.models import Case
from config import clock

ALONE = "已核对金额、日期和对方名称"


class Claim:
    """One case of a story. Keyword arguments are the act's fields; `part` names a person of the demo."""

    def __init__(self, world: World, part: str, **filing):
        self.world = world
        detected = filing.pop("detected_on", clock.today())
        self.case = actions.perform(
            world.people[part], "file", {"submit": True, "detected_on": detected.isoformat(), **filing}
        )

    def act(self, part: str, act: str, **fields) -> Case:
        """Performs an act; a shop's only person confirms alone what takes two elsewhere."""
        actor = self.world.people[part]
        if actor.is_alone and act in ("send_letter", "close", "accept_charge"):
            fields["alone"] = ALONE
        self.case = actions.perform(actor, act, fields, number=self.case.number)
        return self.case

    def answered(self, part: str, act: str, channel: str = "phone", **fields) -> Case:
        """An answer of a respondent without account, typed in by the merchant."""
        return self.act(part, act, on_behalf=True, channel=channel, received_at=iso(clock.now()), **fields)


def line(on, amount: str, fee_name: str, **more) -> dict:
    return {"on": on.isoformat(), "amount": amount, "fee_name": fee_name, **more}


def iso(at: datetime) -> str:
    return at.astimezone(clock.SHANGHAI).isoformat()


def note(name: str, *said: str) -> SimpleUploadedFile:
    """A text file as somebody uploads it: a saved chat, a short message, a call's notes."""
    return SimpleUploadedFile(name, ("\n".join(said) + "\n").encode(), content_type="text/plain")
