"""From the ordinal of a row back to its line in the file. Looked up for rows aside only, after the good ones."""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from opsloop.data.cleaning.reading import Dropped, Placed, Unreadable

PIECE = 1024 * 1024
LONGEST = 2**31 - 1


class Scan:
    """Lines of one delimited text. `first`: the line on which its data begins; `dropped`: lines taken out before."""

    def __init__(self, path: Path, first: int, delimiter: str, quote: str, dropped: Sequence[Dropped] = ()) -> None:
        self.path, self.first, self.delimiter, self.quote = path, first, delimiter, quote
        self.gone = [one.line for one in dropped]

    def __call__(self, wanted: Sequence[int], rows: int, positions: Sequence[int]) -> Placed:
        """Lines of the rows with these ordinals (from 0, rejected ones not counted) and of the rejected rows.

        Raises Unreadable when the rows and rejects do not account for every line: a quotation mark was left open.
        """
        newlines, rejected, ends = self._newlines(self._behind_empty_lines(positions))
        if newlines + (0 if ends else 1) - (self.first - 1) == rows + len(positions):
            placed = self._placed(self.between(wanted, rejected), rejected)
        else:
            placed = self._slowly(wanted, rows, rejected)
        return placed if ends else replace(placed, unfinished=self.real(newlines + 1))

    def _behind_empty_lines(self, positions: Sequence[int]) -> list[int]:
        """DuckDB counts empty lines to the rejected row behind them: where the row itself begins."""
        found = list[int]()
        with self.path.open("rb") as file:
            for at in positions:
                file.seek(at)
                empty = 0
                while file.read(1) in (b"\n", b"\r"):
                    empty += 1
                found.append(at + empty)
        return found

    def _newlines(self, positions: Sequence[int]) -> tuple[int, list[int], bool]:
        """(newlines in all, line of each position, does the file end with one?). Positions ascend, from 0."""
        count, lines, at, last = 0, list[int](), 0, b"\n"
        rest = list(positions)
        with self.path.open("rb") as file:
            while piece := file.read(PIECE):
                while rest and rest[0] < at + len(piece):
                    lines.append(count + piece.count(b"\n", 0, rest.pop(0) - at) + 1)
                count, at, last = count + piece.count(b"\n"), at + len(piece), piece[-1:]
        return count, [*lines, *(count + 1 for _one in rest)], last == b"\n"

    def _slowly(self, wanted: Sequence[int], rows: int, rejected: list[int]) -> Placed:
        """Line breaks within quotation marks, or empty lines: each record is looked at."""
        taken, starts, longest = set(rejected), list[int](), (0, 0)
        asked, ordinal, seen = set(wanted), 0, 0
        found: dict[int, int] = {}
        for line, span in self._records():
            longest = max(longest, (span, line))
            seen += 1
            if line in taken:
                continue
            if ordinal in asked:
                found[ordinal] = line
            ordinal += 1
        if seen != rows + len(rejected):
            raise Unreadable("quotes_open", self.real(longest[1]))
        starts = [found[one] for one in wanted]
        return self._placed(starts, rejected)

    def _records(self) -> Iterator[tuple[int, int]]:
        """(first line, number of lines) of every record that is not empty."""
        csv.field_size_limit(LONGEST)
        with self.path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            for _skipped in range(self.first - 1):
                file.readline()
            if self.quote:
                reader = csv.reader(file, delimiter=self.delimiter, quotechar=self.quote)
            else:
                reader = csv.reader(file, delimiter=self.delimiter, quoting=csv.QUOTE_NONE)
            before = 0
            for cells in reader:
                if cells:
                    yield self.first + before, reader.line_num - before
                before = reader.line_num

    def between(self, wanted: Sequence[int], rejected: Sequence[int]) -> list[int]:
        """Lines of ordinals where each line is a row or a rejected one; both ascend."""
        out, before, taken = [], 0, sorted(set(rejected))
        for one in wanted:
            line = self.first + one + before
            while before < len(taken) and taken[before] <= line:
                before, line = before + 1, line + 1
            out.append(line)
        return out

    def _placed(self, rows: list[int], rejected: list[int]) -> Placed:
        return Placed([self.real(one) for one in rows], [self.real(one) for one in rejected])

    def real(self, line: int) -> int:
        """The line in the file as it came: those taken out before are counted again."""
        if not self.gone:
            return line
        real = line
        while (more := line + bisect_right(self.gone, real)) != real:
            real = more
        return real
