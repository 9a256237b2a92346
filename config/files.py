"""Files kept byte for byte under their SHA-256 in the folder of their organisation; opened only for who may see them.

What a file means (evidence, letter, statement) is told by the row that points to it.
"""

import hashlib
import os
import re
import tempfile
import unicodedata
from pathlib import Path
from uuid import uuid4

import filetype
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from config import clock
from config.actors import Actor
from config.errors import Fault, Invalid
from config.models import StoredFile
from config.text import Text

# By content, never by name or by what the sender claims.
ALLOWED = (
    "image/jpeg", "image/png", "image/gif", "image/webp", "image/heic", "image/heif", "application/pdf", "application/zip",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "audio/mpeg", "audio/mp4", "audio/m4a", "audio/x-m4a", "audio/aac", "audio/amr", "audio/ogg", "audio/x-wav",
    "video/mp4", "video/quicktime", "text/plain", "text/csv", "message/rfc822",
)  # fmt: skip


def folder_of(organisation_id) -> Path:
    return settings.FILES_DIR / str(organisation_id)


def path_of(stored: StoredFile) -> Path:
    return folder_of(stored.organisation_id) / stored.sha256[:2] / stored.sha256


def keep(actor: Actor, upload: UploadedFile) -> StoredFile:
    """Stores an upload whole or not at all and answers its row; the same bytes are stored once.

    Raises Invalid for an empty or too large file and for a type that is not taken.
    """
    name = safe_name(upload.name or "")
    if upload.size > settings.UPLOAD_MAX_BYTES:
        raise _refused(
            Text("「{name}」有 {size} MB，单个文件最大 20 MB。可以分开拍照上传。",
                 "“{name}” is {size} MB; the limit is 20 MB. Upload photos of the pages instead.")
            .format(name=name, size=f"{upload.size / 1048576:.1f}")
        )  # fmt: skip
    content = b"".join(upload.chunks())
    return keep_bytes(actor, content, name)


def keep_bytes(actor: Actor, content: bytes, name: str, content_type: str = "") -> StoredFile:
    if not content:
        raise _refused(
            Text("「{name}」是空文件，请重新选择。", "“{name}” is empty. Choose it again.").format(name=name)
        )
    kind = content_type or type_of(content, name)
    digest = hashlib.sha256(content).hexdigest()
    stored = StoredFile(
        id=uuid4(), organisation_id=actor.organisation_id, sha256=digest, size=len(content), content_type=kind,
        name=name, added_by_id=actor.user_id, added_at=clock.now(),
    )  # fmt: skip
    path = path_of(stored)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, part = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, path)
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise
    stored.save(force_insert=True)
    return stored


def read(stored: StoredFile) -> bytes:
    """The original bytes. Raises Invalid when they are not what was stored."""
    content = path_of(stored).read_bytes()
    if hashlib.sha256(content).hexdigest() != stored.sha256:
        raise Invalid(
            Text("文件与存入时不一致，已停止下载，请联系管理员。",
                 "The file is not what was stored; the download is stopped. Tell the administrator.")
        )  # fmt: skip
    return content


def safe_name(name: str) -> str:
    """A file name for display and download: no path, no control or direction characters, at most 150 characters."""
    name = unicodedata.normalize("NFC", re.split(r"[\\/\x00]", name)[-1])
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C").strip(" .\"';") or "file"
    stem, dot, ending = name.rpartition(".")
    return name if len(name) <= 150 else f"{stem[:140]}{dot}{ending[:9]}"


def type_of(content: bytes, name: str) -> str:
    """The media type by content. Raises Invalid for what is not taken."""
    found = filetype.guess(content[:8192])
    kind = found.mime if found else _text_type(content, name)
    if kind not in ALLOWED:
        ending = name.rpartition(".")[2][:10]
        raise _refused(
            Text("暂不支持 .{ending} 文件。请上传图片、PDF、Word、Excel、录音或视频。",
                 ".{ending} files are not supported. Upload an image, PDF, Word, Excel, audio or video file.")
            .format(ending=ending)
        )  # fmt: skip
    return kind


def _text_type(content: bytes, name: str) -> str:
    head = content[:4096].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if b"\x00" in content[:4096] or head.startswith((b"<", b"#!", b"mz")):
        return "application/octet-stream"
    ending = name.rpartition(".")[2].lower()
    return {"csv": "text/csv", "eml": "message/rfc822", "txt": "text/plain"}.get(ending, "text/plain")


def _refused(text: Text) -> Invalid:
    return Invalid(text, [Fault("/file", "file", text)])
