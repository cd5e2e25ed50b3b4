"""Zip and office files: what they unpack to is counted, not believed, before anybody opens them."""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _t

from opsloop.base.things.errors import Refused
from opsloop.base.things.zipped import BROKEN

MAX_ENTRIES = 10_000
MAX_UNPACKED = 500 * 1024 * 1024
MAX_RATIO = 150
"""Honest office files stay below 50; a zip bomb needs a thousand."""
RATIO_FROM = 20 * 1024 * 1024
"""Below this unpacked size the ratio does not matter."""
PIECE = 256 * 1024
ENCRYPTED = 0x1


def holds(path: Path, parts: tuple[str, ...]) -> bool:
    """Is this a zip with an entry for each part? `a|b` is either, `word/` any entry below."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except BROKEN:
        return False
    return all(any(_named(names, one) for one in part.split("|")) for part in parts)


def _named(names: list[str], part: str) -> bool:
    return any(name.startswith(part) for name in names) if part.endswith("/") else part in names


def check(path: Path, name: str) -> None:
    """Refuses an archive that unpacks to too much, overlaps itself, or lies about its sizes."""
    size = path.stat().st_size
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
    said = sum(one.file_size for one in entries)
    too_much = len(entries) > MAX_ENTRIES or said > MAX_UNPACKED or (said > RATIO_FROM and said > MAX_RATIO * size)
    if too_much or sum(one.compress_size for one in entries) > size:
        raise Refused(
            _t("{name} would unpack to too much ({size} MB, {n} entries). Send fewer or smaller files at once.").format(
                name=name, size=said // 1024 // 1024, n=len(entries)
            ),
            field="file",
        )
    with path.open("rb") as file:
        if any(not _honest(file, one) for one in entries):
            raise Refused(_t("{name} is damaged. Pack it again and send it once more.").format(name=name), field="file")


def _honest(file: BinaryIO, entry: zipfile.ZipInfo) -> bool:
    """Does the entry unpack to the size it states? Readers other than Python's may trust the stream instead."""
    start = _data_start(file, entry)
    if start is None:
        return False
    if entry.flag_bits & ENCRYPTED:
        return True
    if entry.compress_type == zipfile.ZIP_STORED:
        return entry.compress_size == entry.file_size
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        return False
    file.seek(start)
    return _inflated(file, entry.compress_size, entry.file_size) == entry.file_size


def _data_start(file: BinaryIO, entry: zipfile.ZipInfo) -> int | None:
    file.seek(entry.header_offset)
    head = file.read(30)
    if len(head) < 30 or head[:4] != b"PK\x03\x04":
        return None
    name_size, extra_size = struct.unpack("<HH", head[26:30])
    return int(entry.header_offset + 30 + name_size + extra_size)


def _inflated(file: BinaryIO, packed: int, limit: int) -> int:
    """The unpacked size of a deflate stream, counted no further than just past `limit`; -1 for a broken one."""
    stream, count = zlib.decompressobj(-15), 0
    try:
        while packed > 0 and count <= limit and not stream.eof:
            piece = file.read(min(PIECE, packed))
            if not piece:
                return -1
            packed -= len(piece)
            while piece and count <= limit and not stream.eof:
                count += len(stream.decompress(piece, PIECE))
                piece = stream.unconsumed_tail
        while count <= limit and not stream.eof and (rest := stream.decompress(stream.unconsumed_tail, PIECE)):
            count += len(rest)
    except zlib.error:
        return -1
    return count if stream.eof or count > limit else -1
