"""Single rows of a large text copied as they stand, in one pass, where each line is a row."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from opsloop.data.cleaning.readers.lines import Scan
from opsloop.data.cleaning.reading import Reject


def copied(scan: Scan, wanted: Sequence[int], read: int, rejects: Sequence[Reject], target: Path) -> int:
    """Copy rows into `target`, each behind its line and its place; answers how many, 0 as PlainText.copied has it."""
    lines = [one.line for one in rejects]
    taken: list[tuple[int, float, str | None]] = [
        (line, float(ordinal), None) for line, ordinal in zip(scan.between(wanted, lines), wanted, strict=True)
    ]
    for n, one in enumerate(rejects):
        if one.untyped:
            # behind the row that was read last before it, and behind other rejected ones there
            taken.append((one.line, one.line - scan.first - n - 1 + (n + 1) / (len(rejects) + 1), one.text))
    taken.sort()
    return len(taken) if _copy(scan, taken, scan.first - 1 + read + len(rejects), target) else 0


def _copy(scan: Scan, taken: Sequence[tuple[int, float, str | None]], lines: int, target: Path) -> bool:
    """Copy these lines. False when one is not the text that it should be, or there are not so many lines in all."""
    at, separator = 0, scan.delimiter
    with scan.path.open("rb") as file, target.open("wb") as out:
        for line, place, text in taken:
            row = next(islice(file, line - at - 1, None), b"").rstrip(b"\r\n")
            at = line
            if not row or (text is not None and row.decode("utf-8", "replace") != text.strip("\r\n")):
                return False
            out.write(f"{scan.real(line)}{separator}{place}{separator}".encode() + row + b"\n")
        last = deque(enumerate(file, at + 1), maxlen=1)
    return (last[0][0] if last else at) == lines
