"""From bytes to text: UTF-8 without byte order mark, no control characters, of a size a person can have written."""

from __future__ import annotations

import re
from hashlib import sha256

from django.utils.translation import gettext_lazy as _

from opsloop.playbook.reader.errors import PlaybookError, say

MOST_BYTES = 1_000_000
_BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]|\r(?!\n)")

_LEFT = re.compile(r"^(?:<{7}|>{7})(?: |\r?$)", re.MULTILINE)
"""What git leaves around two versions of the same lines. ======= alone may underline a heading."""


def hash_of(text: str) -> str:
    """The content hash of a version: SHA-256 over the UTF-8 bytes."""
    return sha256(text.encode()).hexdigest()


def decode(data: bytes, file: str) -> str:
    """The file's text exactly as written, line ends included. Raises PlaybookError."""
    if len(data) > MOST_BYTES:
        raise PlaybookError(
            say(_("The file has {size} bytes; at most {most} are read."), size=len(data), most=MOST_BYTES),
            remedy=_("Split it into several files, one thing per file."),
            file=file,
        )
    if data.startswith(b"\xef\xbb\xbf"):
        raise PlaybookError(
            _("The file begins with a byte order mark (BOM)."),
            remedy=_("Save it as UTF-8 without BOM."),
            file=file, line=1, column=1,
        )  # fmt: skip
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_utf8(data, error, file) from None
    check(text, file)
    return text


def check(text: str, file: str) -> None:
    """Refuse what git left of a merge, and characters that no person types. Raises PlaybookError at the first."""
    if len(text) > MOST_BYTES:
        raise PlaybookError(
            say(_("The file has {size} bytes; at most {most} are read."), size=len(text), most=MOST_BYTES),
            remedy=_("Split it into several files, one thing per file."),
            file=file,
        )
    if (left := _LEFT.search(text)) is not None:
        raise PlaybookError(
            _("Two versions were merged here, and nobody chose between them."),
            remedy=_("Keep one of the two, and delete the lines that begin with <<<<<<<, ======= and >>>>>>>."),
            file=file, line=place(text, left.start())[0], column=1,
        )  # fmt: skip
    bad = _BAD.search(text)
    if bad is None:
        return
    at = bad.start()
    line, column = place(text, at)
    raise PlaybookError(
        say(_("There is an invisible character here (U+{code})."), code=f"{ord(text[at]):04X}"),
        remedy=_("Delete it and type the place anew."),
        file=file, line=line, column=column,
    )  # fmt: skip


def place(text: str, at: int) -> tuple[int, int]:
    """(line, column) of an offset, from 1."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def _not_utf8(data: bytes, error: UnicodeDecodeError, file: str) -> PlaybookError:
    line = data.count(b"\n", 0, error.start) + 1
    column = len(data[data.rfind(b"\n", 0, error.start) + 1 : error.start].decode("utf-8", "replace")) + 1
    try:
        data.decode("gb18030")
        remedy = _("It looks like GB18030 (GBK). Save it as UTF-8 without BOM.")
    except UnicodeDecodeError:
        remedy = _("Save it as UTF-8 without BOM.")
    return PlaybookError(_("The file is not written in UTF-8."), remedy=remedy, file=file, line=line, column=column)
