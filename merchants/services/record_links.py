"""What a record points to, found by what was given: store, provider, file, contract. All of them the actor's own."""

from collections.abc import Callable
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile

from config import files
from config.actors import Actor
from config.errors import Fault, Invalid, NotFound
from config.models import StoredFile
from config.text import Text
from merchants.models import Contract, Store
from merchants.services import organisations

NO_STORE = Text("没有找到门店「{name}」。", "There is no store “{name}”.")
WHICH_STORE = Text("请选择是哪家门店的。", "Choose the store.")
NO_FILE = Text("没有找到这个文件。", "This file was not found.")
NO_CONTRACT = Text("没有找到合同「{name}」。", "There is no contract “{name}”.")


def _store(actor: Actor, named, values: dict) -> Store | None:
    """By id or name; a seat of one store needs not say which, one of several does."""
    if not named:
        if actor.stores is None:
            return None
        if len(actor.stores) != 1:
            raise Invalid(WHICH_STORE, [Fault("/store", "required", WHICH_STORE)])
    seen = Store.objects.visible_to(actor)
    found = next((one for one in seen if not named or str(named) in {str(one.id), one.name}), None)
    if found is None:
        text = NO_STORE.format(name=named)
        raise Invalid(text, [Fault("/store", "unknown", text)])
    return found


def _provider(actor: Actor, named, values: dict):
    return organisations.counterparty(actor, named, "payment_institution") if named else None


def _file(actor: Actor, given, values: dict) -> StoredFile | None:
    if isinstance(given, UploadedFile):
        return files.keep(actor, given)
    if not given:
        return None
    found = StoredFile.objects.filter(pk=given, organisation_id=actor.organisation_id).first()
    if found is None:
        raise NotFound(NO_FILE)
    return found


def _contract(actor: Actor, named, values: dict) -> Contract | None:
    if not named or actor.stores is not None:
        return None
    rows = Contract.objects.visible_to(actor).order_by("-from_on", "-created_at")
    provider = values.get("provider")
    try:
        found = rows.filter(pk=UUID(str(named))).first()
    except ValueError:
        found = rows.filter(number=str(named), provider=provider).first()
    if found is None:
        text = NO_CONTRACT.format(name=named)
        raise Invalid(text, [Fault("/contract", "unknown", text)])
    return found


LINKS: dict[str, Callable] = {"store": _store, "provider": _provider, "file": _file, "contract": _contract}
