"""What may be uploaded, and whether the bytes are what the name says. The name proposes, the content decides."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import puremagic
from django.utils.translation import gettext as _t

from opsloop.base.files import archives
from opsloop.base.things.errors import Refused

HEAD = 4096
"""So many bytes tell what a binary file is."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How a file of an extension begins: (offset, bytes) alternatives, or the parts a zip must hold, or text."""

    mime: str
    heads: tuple[tuple[int, bytes], ...] = ()
    parts: tuple[str, ...] = ()
    zipped: bool = False
    text: bool = False


_OFFICE = "application/vnd.openxmlformats-officedocument."
_OLE = ((0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),)
_ISO = ((4, b"ftyp"),)


def _office(kind: str, part: str) -> Kind:
    return Kind(_OFFICE + kind, parts=("[Content_Types].xml", part), zipped=True)


KINDS: dict[str, Kind] = {
    "pdf": Kind("application/pdf", ((0, b"%PDF-"),)),
    "png": Kind("image/png", ((0, b"\x89PNG\r\n\x1a\n"),)),
    "jpg": Kind("image/jpeg", ((0, b"\xff\xd8\xff"),)),
    "jpeg": Kind("image/jpeg", ((0, b"\xff\xd8\xff"),)),
    "gif": Kind("image/gif", ((0, b"GIF87a"), (0, b"GIF89a"))),
    "webp": Kind("image/webp", ((8, b"WEBP"),)),
    "bmp": Kind("image/bmp", ((0, b"BM"),)),
    "tif": Kind("image/tiff", ((0, b"II*\0"), (0, b"MM\0*"))),
    "tiff": Kind("image/tiff", ((0, b"II*\0"), (0, b"MM\0*"))),
    "heic": Kind("image/heic", _ISO),
    "docx": _office("wordprocessingml.document", "word/"),
    "xlsx": _office("spreadsheetml.sheet", "xl/"),
    "pptx": _office("presentationml.presentation", "ppt/"),
    "doc": Kind("application/msword", _OLE),
    "xls": Kind("application/vnd.ms-excel", _OLE),
    "ppt": Kind("application/vnd.ms-powerpoint", _OLE),
    "wps": Kind("application/vnd.ms-works", _OLE),
    "et": Kind("application/vnd.ms-excel", _OLE),
    "dps": Kind("application/vnd.ms-powerpoint", _OLE),
    "msg": Kind("application/vnd.ms-outlook", _OLE),
    "ofd": Kind("application/ofd", parts=("OFD.xml",), zipped=True),
    "xmind": Kind("application/vnd.xmind.workbook", parts=("META-INF/manifest.xml|manifest.json",), zipped=True),
    "zip": Kind("application/zip", zipped=True),
    "mp4": Kind("video/mp4", _ISO),
    "m4a": Kind("audio/mp4", _ISO),
    "mov": Kind("video/quicktime", ((4, b"ftyp"), (4, b"moov"), (4, b"mdat"), (4, b"wide"))),
    "mp3": Kind("audio/mpeg", ((0, b"ID3"), (0, b"\xff\xfb"), (0, b"\xff\xf3"), (0, b"\xff\xf2"))),
    "wav": Kind("audio/wav", ((8, b"WAVE"),)),
    "txt": Kind("text/plain", text=True),
    "csv": Kind("text/csv", text=True),
    "tsv": Kind("text/tab-separated-values", text=True),
    "md": Kind("text/markdown", text=True),
    "json": Kind("application/json", text=True),
    "jsonl": Kind("application/jsonl", text=True),
    "ndjson": Kind("application/jsonl", text=True),
    "parquet": Kind("application/vnd.apache.parquet", ((0, b"PAR1"),)),
    "gz": Kind("application/gzip", ((0, b"\x1f\x8b"),)),
    "yaml": Kind("application/yaml", text=True),
    "yml": Kind("application/yaml", text=True),
    "xml": Kind("application/xml", text=True),
    "html": Kind("text/html", text=True),
    "svg": Kind("image/svg+xml", text=True),
    "eml": Kind("message/rfc822", text=True),
    "ics": Kind("text/calendar", text=True),
}
INLINE = frozenset({"application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"})
"""Shown in the browser; everything else, HTML and SVG above all, is only ever handed out as a download."""


def judge(path: Path, name: str) -> str:
    """The MIME type of a file that may be kept. Raises Refused with a remedy for any other."""
    extension = Path(name).suffix.lower().lstrip(".")
    kind = KINDS.get(extension)
    if kind is None:
        raise Refused(
            _t("Files of the kind .{kind} are not accepted. Accepted are: {kinds}; pack anything else as ZIP.").format(
                kind=extension or "?", kinds=", ".join(sorted(KINDS))
            ),
            field="file",
        )
    if not (_is_text(path) if kind.text else _fits(kind, path)):
        text = _t("{name} is not a .{kind} file but {really}. Save it again in the right format, or rename it.")
        raise Refused(text.format(name=name, kind=extension, really=_really(path)), field="file")
    if kind.zipped:
        archives.check(path, name)
    return kind.mime


def _fits(kind: Kind, path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(HEAD)
    if kind.zipped:
        return archives.holds(path, kind.parts)
    return any(head[at : at + len(magic)] == magic for at, magic in kind.heads)


def _is_text(path: Path) -> bool:
    """UTF-8, UTF-16 with its mark, or GB18030, and no control characters that text never has."""
    raw = path.read_bytes()
    encodings = ("utf-16",) if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return not any(ord(char) < 32 and char not in "\t\n\r\f\x1a" for char in set(text))
    return False


def _really(path: Path) -> str:
    """What the content seems to be, for the sentence of a refusal."""
    try:
        with path.open("rb") as file:
            found = puremagic.magic_string(file.read(HEAD))
    except (puremagic.PureError, ValueError):
        found = []
    sure = [one for one in found if one.confidence >= 0.2 and one.extension]
    if sure:
        return _t("something like {kind}").format(kind=max(sure, key=lambda one: one.confidence).extension)
    return _t("text") if _is_text(path) else _t("something unknown")
