"""Uploaded and delivered files that hold an erased person: their content is destroyed, wherever they are attached.

Such a file is a copy of what the lake has (an upload that was loaded) or was made from it (figures that were handed
over): it can be made anew without the person. Originals below drop/ are cleaned by the sources instead.
"""

from __future__ import annotations

import functools
import gzip
import zipfile
from collections.abc import Iterator
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opsloop.base.files import shelf
from opsloop.base.files.models import Stored
from opsloop.base.things.zipped import BROKEN
from opsloop.data.lake import store
from opsloop.data.lake.forgetting import Gone, Work, forgets

LARGEST = 200 * 1024 * 1024
"""So much of a packed file is unpacked to look through it; uploads were checked for bombs when they came."""
PIECE = 4 * 1024 * 1024
SEAM = 300


@forgets(_("uploaded and delivered files"))
def contents(gone: Gone) -> Iterator[Work]:
    """Every content on the shelf in which a value of theirs stands."""
    for stored in Stored.objects.filter(erased_at=None).order_by("pk").iterator(200):
        if stored.path.exists() and stands_in(stored.path, gone):
            yield Work(f"#{stored.pk} {stored.sha256}", 1, functools.partial(_destroy, stored))


def _destroy(stored: Stored) -> None:
    # a plain queryset: Thing's would write the old row into the ledger, and the name may be personal
    QuerySet(Stored).filter(pk=stored.pk).update(erased_at=timezone.now())
    transaction.on_commit(functools.partial(shelf.drop, stored.sha256))


def stands_in(path: Path, gone: Gone) -> bool:
    """Does a value of theirs stand in this file? Text of any encoding that writes digits and Latin letters as ASCII,
    packed office files, and Parquet; pictures and PDFs cannot be looked through."""
    with path.open("rb") as file:
        start = file.read(4)
    if start == b"PAR1":
        return _in_parquet(path, gone)
    if start[:2] == b"PK":
        try:
            return any(gone.stands_in(text) for text in _packed(path))
        except BROKEN:
            pass  # what cannot be unpacked is looked through as it lies there
    return any(gone.stands_in(text) for text in _pieces(path))


def _pieces(path: Path) -> Iterator[str]:
    """The text in pieces that overlap, so that a value on a seam is met."""
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        file = gzip.GzipFile(fileobj=raw) if packed else raw
        rest = b""
        while piece := file.read(PIECE):
            text = (rest + piece).decode("utf-8", errors="replace")
            yield text
            if "\ufffd" in text:  # the second byte of a Chinese character may look like a letter beside a number
                yield (rest + piece).decode("gb18030", errors="replace")
            rest = piece[-SEAM:]


def _packed(path: Path) -> Iterator[str]:
    left = LARGEST
    with zipfile.ZipFile(path) as packed:
        for one in packed.infolist():
            if one.filename.endswith((".xml", ".txt", ".csv", ".json")) and one.file_size <= left:
                left -= one.file_size
                yield packed.read(one).decode("utf-8", errors="replace")


def _in_parquet(path: Path, gone: Gone) -> bool:
    source = f"read_parquet({store.quoted(str(path))}, hive_partitioning = false)"
    names = [name for name, type_ in store.described(f"select * from {source}") if type_.startswith("VARCHAR")]
    for name in map(store.identifier, names):
        for (text,) in store.rows(f"select distinct {name} from {source} where {name} is not null"):
            if gone.stands_in(str(text)):
                return True
    return False
