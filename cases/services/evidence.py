"""Evidence: items kept untouched, the checklist by cause, what one side asks of the other."""

from uuid import UUID

from django.core.files.uploadedfile import UploadedFile

from cases.models import Evidence
from cases.services.steps import Step, act
from config import files
from config.actors import Actor
from config.errors import NotFound
from config.models import StoredFile
from config.text import Text


def find_file(actor: Actor, value) -> StoredFile:
    """A file by upload, by its own id, or by the id of evidence in which the actor sees it."""
    if isinstance(value, UploadedFile):
        return files.keep(actor, value)
    if isinstance(value, StoredFile):
        return value
    found = StoredFile.objects.filter(pk=value, organisation_id=actor.organisation_id).first()
    if found is None and isinstance(value, UUID):
        item = Evidence.objects.visible_to(actor).filter(pk=value).select_related("file").first()
        found = item.file if item else None
    if found is None:
        raise NotFound(Text("没有找到这个文件。", "This file was not found."))
    return found


@act("add_evidence")
def add_evidence(s: Step, data: dict) -> None:
    """"""


@act("request_evidence")
def request_evidence(s: Step, data: dict) -> None:
    """"""


@act("supply_evidence")
def supply_evidence(s: Step, data: dict) -> None:
    """"""
