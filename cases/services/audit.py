"""The audit of all chains, and checkpoints of their heads that leave the database.

A chain alone can be rewritten whole or cut at its end by whoever owns the database; a signed checkpoint kept elsewhere
shows both. Run under the role that may only read.
"""

import base64
import hashlib
import json
from itertools import groupby
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from cases.models import Case, Event
from cases.services import chain
from config import clock
from config.errors import Invalid
from config.text import Text

CHANGED = Text(
    "这条记录被改动、调换或插入，或它前面的记录不见了",
    "this event was changed, swapped or inserted, or one before it is gone",
)
CUT = Text("最后的记录不见了", "the last events are gone")
REWRITTEN = Text("整条记录链被重写", "the whole chain was rewritten")
GONE = Text("整个案件的记录不见了", "all events of the case are gone")


def first_bad(checkpoint: dict | None = None) -> dict | None:
    """The first bad row of all chains: {"case", "seq", "why"}; None when all is well."""
    heads = {case.pk: case for case in Case.objects.only("number", "version", "last_hash")}
    known = dict((checkpoint or {}).get("heads", {}))
    events = Event.objects.order_by("case_id", "seq").iterator(chunk_size=2000)
    for case_id, group in groupby(events, key=lambda event: event.case_id):
        seen = list(group)
        case = heads.pop(case_id)
        bad = chain.first_bad(seen)
        if bad is not None:
            return _found(case.number, bad.seq, CHANGED)
        then = known.pop(str(case_id), None)
        if (then and then["seq"] > len(seen)) or case.version > len(seen):
            return _found(case.number, len(seen) + 1, CUT)
        if (then and seen[then["seq"] - 1].hash != then["hash"]) or case.last_hash != seen[-1].hash:
            return _found(case.number, then["seq"] if then else len(seen), REWRITTEN)
    for case in heads.values():
        return _found(case.number, 1, GONE)
    for then in known.values():
        return _found(then["number"], 1, GONE)
    return None


def _found(number: str, seq: int, why: Text) -> dict:
    return {"case": number, "seq": seq, "why": str(why)}


def make_checkpoint() -> dict:
    """The heads of all chains, signed with the installation's Ed25519 key, which lies outside the database."""
    heads = {
        str(case.pk): {"number": case.number, "seq": case.version, "hash": case.last_hash}
        for case in Case.objects.order_by("pk")
    }
    content = {"at": clock.now().isoformat(), "heads": heads}
    key = _key()
    public = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return {
        **content, "public_key": base64.b64encode(public).decode(),
        "signature": base64.b64encode(key.sign(_bytes(content))).decode(),
    }  # fmt: skip


def read_checkpoint(path: Path) -> dict:
    """A checkpoint whose signature is this installation's. Raises Invalid otherwise."""
    try:
        found = json.loads(path.read_text())
        content = {"at": found["at"], "heads": found["heads"]}
        public = _key().public_key()
        assert isinstance(public, Ed25519PublicKey)
        public.verify(base64.b64decode(found["signature"]), _bytes(content))
    except (OSError, ValueError, KeyError, TypeError, InvalidSignature) as error:
        raise Invalid(
            Text("「{path}」不是本系统签名的核对点文件，或已被改动。",
                 "“{path}” is no checkpoint signed by this installation, or it was changed.").format(path=path)
        ) from error  # fmt: skip
    return content


def _bytes(content: dict) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def _key() -> Ed25519PrivateKey:
    """The signing key follows from the installation's secret, so that it lies in no table and in no file of its own."""
    return Ed25519PrivateKey.from_private_bytes(
        hashlib.sha256(f"audit checkpoint {settings.SECRET_KEY}".encode()).digest()
    )
