"""The way in: an upload becomes a Stored row and bytes on the shelf, both or neither."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from django.core.files.base import File
from django.db import IntegrityError, OperationalError
from django.utils.translation import gettext as _t

from opsloop.base.files import shelf
from opsloop.base.files.actions import keep_file
from opsloop.base.files.content import judge
from opsloop.base.files.models import Stored
from opsloop.base.people.models import Person
from opsloop.base.policy.rules import can
from opsloop.base.things.errors import Forbidden
from opsloop.base.things.frame import current_op

PIECE = 1024 * 1024
LONGEST = 200


def store(uploaded: File[Any] | Path, by: Person, *, name: str = "") -> Stored:
    """Keep an upload: checked by content and size, stored once by its hash. Call it before the act that takes it.

    Raises Refused (size, kind, damaged, disk full) and Forbidden; then nothing was kept.
    """
    if current_op.get() is not None:
        raise RuntimeError("store() writes files; call it before the act, and give the act what it answers")
    if not can(by, "files.keep"):
        raise Forbidden(_t("You may not do this: {act}").format(act=_t("Keep a file")))
    called = clean_name(name or str(uploaded.name or ""))
    with shelf.copied(_pieces(uploaded)) as copy:
        mime = judge(copy.path, called)
        with shelf.keeping():
            shelf.place(copy)
            try:
                return _noted(by, copy, mime, called)
            except OperationalError as error:
                if "full" in str(error) or "No space" in str(error):
                    raise shelf.full() from error
                raise


def _noted(by: Person, copy: shelf.Copied, mime: str, name: str) -> Stored:
    """Two uploads of one new content at once: the unique hash lets one through, the other then finds its row."""
    try:
        return keep_file(by=by, sha256=copy.sha256, size=copy.size, mime=mime, name=name)
    except IntegrityError:
        return keep_file(by=by, sha256=copy.sha256, size=copy.size, mime=mime, name=name)


def _pieces(uploaded: File[Any] | Path) -> Iterator[bytes]:
    if isinstance(uploaded, Path):
        with uploaded.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece
    else:
        yield from uploaded.chunks(PIECE)


def clean_name(name: str) -> str:
    """The last part of a path, in composed characters, without controls or direction marks, at most 200 long."""
    last = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    kept = "".join(char for char in last if unicodedata.category(char)[0] != "C").strip(" .") or "file"
    suffix = PurePosixPath(kept).suffix
    return kept if len(kept) <= LONGEST else kept[: LONGEST - len(suffix)] + suffix
