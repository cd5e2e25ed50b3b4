"""Bytes to UTF-8 text that DuckDB reads: encodings, unpacking, line ends. Strict: no byte is replaced in silence."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from opsloop.data.cleaning.reading import Dropped, Unreadable

SAMPLE = 256 * 1024
PIECE = 1024 * 1024
MOST_UNPACKED = 20 * 1024**3
MOST_RATIO = 300
"""Text packs to a tenth, a monotonous table to a hundredth; a bomb to a thousandth."""
RATIO_FROM = 100 * 1024**2
MOST_DROPPED = 10_000
BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
ALIASES = {"gbk": "gb18030", "gb2312": "gb18030", "utf8": "utf-8", "utf-8-sig": "utf-8"}


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file in UTF-8 with the lines that fit no encoding taken out; `path` is the file itself if it was fine."""

    path: Path
    encoding: str
    dropped: tuple[Dropped, ...] = ()


def unpacked(path: Path, folder: Path) -> Path:
    """The content of a .gz file in `folder`. Raises Unreadable for a broken or cut-off one and for a bomb."""
    out, size, packed = folder / "unpacked", 0, path.stat().st_size
    try:
        with gzip.open(path) as source, out.open("wb") as target:
            while piece := source.read(PIECE):
                size += len(piece)
                if size > MOST_UNPACKED or (size > RATIO_FROM and size > MOST_RATIO * packed):
                    raise Unreadable("bomb", size=size // 1024**2)
                target.write(piece)
    except EOFError:
        raise Unreadable("cut_off") from None
    except (gzip.BadGzipFile, zlib.error):
        raise Unreadable("broken_gzip") from None
    return out


def wanted(encodings: Sequence[str]) -> list[str]:
    """The encodings to try, as Python names them. Raises Unreadable for one that there is none of."""
    out = []
    for one in encodings or ("utf-8", "gb18030"):
        name = ALIASES.get(one.lower(), one.lower())
        try:
            codecs.lookup(name)
        except LookupError:
            raise Unreadable("no_encoding", name=one) from None
        out.append(name)
    # what is UTF-8 is hardly ever anything else by chance, while GB18030 takes most bytes: so UTF-8 comes first
    return sorted(out, key=lambda name: name != "utf-8")


def guess(path: Path, encodings: Sequence[str]) -> tuple[str, bool]:
    """(the encoding, do samples fit it wholly?): its byte order mark before all, else the first that samples fit,
    else the first that most of their lines fit. Raises Unreadable."""
    samples = _samples(path)
    for mark, name in BOMS:
        if samples[0].startswith(mark):
            return name, True
    if b"\0" in samples[0]:
        raise Unreadable("binary")
    names = wanted(encodings)
    for name in names:
        if all(_fits(one, name) for one in samples):
            return name, True
    lines = [line for one in samples for line in one.splitlines() if not line.isascii()]
    for name in names:
        if sum(_fits(line, name) for line in lines) * 2 > len(lines):
            return name, False
    raise Unreadable("encoding", names=", ".join(names))


def _samples(path: Path) -> list[bytes]:
    """The beginning, the middle and the end, each from a line's beginning to a line's end."""
    size, out = path.stat().st_size, []
    with path.open("rb") as file:
        for start in sorted({0, max(0, size // 2 - SAMPLE // 2), max(0, size - SAMPLE)}):
            file.seek(start)
            data = file.read(SAMPLE)
            if start:
                data = data.partition(b"\n")[2]
            if start + SAMPLE < size:
                data = data.rpartition(b"\n")[0] or data
            out.append(data)
    return out


def _fits(data: bytes, name: str) -> bool:
    try:
        codecs.getincrementaldecoder(name)("strict").decode(data)  # an unfinished last character is no fault
    except UnicodeDecodeError:
        return False
    return True


def decoded(path: Path, encodings: Sequence[str], folder: Path, *, by_line: bool = False) -> Decoded:
    """The file as UTF-8 without a byte order mark to worry about. UTF-8 stays where it is unless `by_line`.

    by_line: each line is tried in every encoding; what fits none is taken out and told. Raises Unreadable.
    """
    name, wholly = guess(path, encodings)
    if by_line or not wholly:
        return _by_line(path, name, wanted(encodings), folder)
    if name == "utf-8":
        return Decoded(path, name)
    out = folder / "utf8"
    try:
        with path.open("rb") as source, out.open("wb") as target:
            decoder = codecs.getincrementaldecoder(name)("strict")
            while piece := source.read(PIECE):
                target.write(decoder.decode(piece).encode("utf-8", "surrogatepass"))
            target.write(decoder.decode(b"", True).encode())
    except UnicodeDecodeError:
        if name == "utf-16":
            raise Unreadable("encoding", names=name) from None
        return _by_line(path, name, wanted(encodings), folder)
    return Decoded(out, name)


def _by_line(path: Path, first: str, encodings: Sequence[str], folder: Path) -> Decoded:
    order, dropped, out = list(dict.fromkeys((first, *encodings))), list[Dropped](), folder / "by_line"
    with path.open("rb") as source, out.open("wb") as target:
        for number, line in enumerate(source, 1):
            text = _line(line, order)
            if text is None and not line.endswith(b"\n") and _fits(line, first):  # it ends within a character
                raise Unreadable("cut_off", number)
            if text is None:
                dropped.append(Dropped(number, "unreadable", line[:2000].decode("ascii", "backslashreplace").rstrip()))
                if len(dropped) > MOST_DROPPED:
                    raise Unreadable("encoding", dropped[0].line, names=", ".join(encodings))
            else:
                target.write(text)
    return Decoded(out, first, tuple(dropped))


def _line(line: bytes, order: Sequence[str]) -> bytes | None:
    for name in order:
        try:
            return line.decode(name).encode()
        except UnicodeDecodeError:
            continue
    return None


def unified(path: Path, folder: Path) -> Path:
    """The same text with one kind of line end, for files that mix them."""
    out = folder / "unified"
    with path.open("rb") as source, out.open("wb") as target:
        held = b""
        while piece := source.read(PIECE):
            piece = held + piece
            held = b"\r" if piece.endswith(b"\r") else b""
            target.write(piece[: len(piece) - len(held)].replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
        if held:
            target.write(b"\n")
    return out
