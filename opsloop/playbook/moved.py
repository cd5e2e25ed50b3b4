"""Rows of a text that turn up elsewhere in it: they take their lines and the comments above them along."""

from __future__ import annotations

from typing import Any

from opsloop.base.kinds.fields import Group, Many, OneOf, Shape, fields_of
from opsloop.base.kinds.says import Says
from opsloop.playbook.lines import Lines, shifted
from opsloop.playbook.matching import text_key
from opsloop.playbook.natural import entry, flow, member, natural, row
from opsloop.playbook.reader.spans import Span

_NO_SAYS = Says(label="")


class Moved:
    """Every row of a text that is a block, by what it says. Values are as written (see natural.py)."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self._rows: dict[str, tuple[int, int, int]] = {}

    def note(self, shape: Shape, span: Span, value: Any) -> None:
        """Remember the rows of this value, as read, and of all that it holds."""
        if isinstance(shape, Many) and span.sort == "seq" and isinstance(shape.item, Group | OneOf):
            for item, one in zip(span.items, value or [], strict=False):
                if not span.flow and isinstance(one, dict) and self.lines.own_line(item):
                    key = text_key(natural(shape.item, _NO_SAYS, one))
                    at = self.lines.lead(item), self.lines.eol(item.end), self.lines.dash(item)
                    self._rows.setdefault(key, at)
                self.note(shape.item, item, one)
        elif isinstance(shape, Group | OneOf) and span.sort == "map" and isinstance(value, dict):
            for f in fields_of(member(shape, value).cls):
                if f.key in span.pairs and value.get(f.key) is not None:
                    self.note(f.shape, span.pairs[f.key][1], value[f.key])

    def row(self, value: Any, column: int) -> list[str]:
        """The lines of a row at this column, comments above it first: as it stands elsewhere, else written anew."""
        pad = " " * column
        if isinstance(value, dict) and (found := self._rows.get(text_key(value))) is not None:
            lead, end, dash = found
            text, own = self.lines.text[lead:end], self.lines.column(dash)
            above = len(self.lines.text[lead : self.lines.line(dash)].splitlines())
            lines = text.split("\n")
            kept = [one for one in lines[:above] if one.strip()]
            return [shifted(line, own, column) for line in (*kept, *lines[above:])]
        if isinstance(value, dict) and self.holds(value):
            lines = [line for key, one in value.items() for line in self.entry(key, one, column + 2)]
            return [f"{pad}- {lines[0].lstrip(' ')}", *lines[1:]]
        return [f"{pad}{line}" if line else "" for line in row(value)]

    def entry(self, key: str, value: Any, column: int) -> list[str]:
        """The lines of `key: value` at this column; rows in it that stand elsewhere as they stand there."""
        pad = " " * column
        if isinstance(value, list) and self.holds(value):
            return [f"{pad}{flow(key)}:", *(line for one in value for line in self.row(one, column + 2))]
        if isinstance(value, dict) and self.holds(value):
            inner = [line for name, one in value.items() for line in self.entry(name, one, column + 2)]
            return [f"{pad}{flow(key)}:", *inner]
        return [f"{pad}{line}" if line else "" for line in entry(key, value)]

    def holds(self, value: Any) -> bool:
        """Is there a row in it, at whatever depth, that stands on lines of its own?"""
        if isinstance(value, list):
            return any(isinstance(one, dict) and (text_key(one) in self._rows or self.holds(one)) for one in value)
        return isinstance(value, dict) and any(map(self.holds, value.values()))
