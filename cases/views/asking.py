"""What the page of one act asks and says: the shapes that tables of pages are made of.

The rows are in actpages.py and in the modules of single rooms beside it; reading and performing is acts.py's.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from django.http import HttpRequest

from cases.models import Case
from config.actors import Actor
from config.errors import Refused
from config.templatetags.controls import Control
from config.text import Text


@dataclass
class Asked:
    """One act as it is asked for on a page: its controls, fixed values, and what the template shows besides."""

    controls: dict[str, Control]
    fixed: dict = field(default_factory=dict)  # values of the act that the page settles itself
    more: dict = field(default_factory=dict)  # context of the template
    read: Callable[[HttpRequest, dict], dict] | None = None  # finishes the data of a form that was sent
    apart: set[str] = field(default_factory=set)  # controls that the template draws in a place of their own
    places: dict[str, str] = field(default_factory=dict)  # pointer of the act's input → control that asked for it

    def placed(self, refusal: Refused) -> Refused:
        """The refusal with each fault at the control of this page that it is about."""
        faults = [replace(one, pointer=self.places.get(one.pointer, one.pointer)) for one in refusal.faults]
        return type(refusal)(refusal.text, faults)


@dataclass(frozen=True, slots=True)
class Page:
    """`lead` says what happens; `danger` that it ends or gives up something; `money` that the sum is shown."""

    lead: Text
    submit: Text | None = None
    template: str = "cases/acts/form.html"
    leave_out: tuple[str, ...] = ()
    prepare: Callable[[Asked, Case, Actor, HttpRequest], None] | None = None
    money: bool = False
    danger: bool = False
    consequences: tuple[Text, ...] = ()
