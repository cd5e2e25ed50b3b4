"""New values into the text of a file: only what differs is written; other lines, comments and their order stay.

`splice` knows where every value stands. A block that moves to another place takes its lines and the comments above it
along. What cannot be done in place is written anew, entry by entry, never more than that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from opsloop.base.kinds.fields import Field, Group, Keyed, Many, OneOf, Plain, Shape, fields_of
from opsloop.base.kinds.registry import Form, Kind
from opsloop.base.kinds.says import Says
from opsloop.playbook.loose import loose_values
from opsloop.playbook.matching import alike, matched, text_key
from opsloop.playbook.natural import WIDE, entry, flow, inside, member, natural, natural_group, row
from opsloop.playbook.reader import bodies
from opsloop.playbook.reader.errors import PlaybookError
from opsloop.playbook.reader.spans import Span, spans
from opsloop.playbook.writing import write


def splice(kind: Kind, text: str, values: dict[str, Any]) -> str:
    """The text with these values, keyed as in the file. Raises ValueError for a kind that is no YAML or Markdown."""
    old = loose_values(kind, text)
    if old is None or kind.form is Form.SQL:
        return write(kind, values, text, old)
    made = _spliced(kind, text, old, values)
    if made is not None:
        again = loose_values(kind, made)
        if again is not None and _same(kind, again, values):
            return made
    return write(kind, natural_group(kind.cls, values), text, natural_group(kind.cls, old))


def _same(kind: Kind, one: dict[str, Any], other: dict[str, Any]) -> bool:
    return natural_group(kind.cls, one) == natural_group(kind.cls, other)


def _spliced(kind: Kind, text: str, old: dict[str, Any], new: dict[str, Any]) -> str | None:
    body = kind.whole.key if kind.whole else ""
    try:
        head = bodies.split(text, "").head if kind.form is Form.MARKDOWN else text
    except PlaybookError:
        return None
    root = spans(head)
    if root is None or root.flow:
        return None
    plain = {k: v for k, v in new.items() if k != body}, {k: v for k, v in old.items() if k != body}
    made = _Work(head).whole(kind.cls, root, plain[1], plain[0])
    if kind.form is Form.YAML:
        return made
    first = text.index("\n") + 1
    rest = text[first + len(head) :]
    line, _end, kept = rest.partition("\n")
    said = new.get(body)
    return f"{text[:first]}{made}{line}\n{kept if said is None else said}"


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    text: str


class _NotInPlace(Exception):
    """The entry around it is written anew."""


class _Work:
    def __init__(self, text: str) -> None:
        self.text = text if text.endswith("\n") else f"{text}\n"
        self.moved: dict[str, tuple[int, int, int]] = {}

    def whole(self, cls: type, root: Span, old: dict[str, Any], new: dict[str, Any]) -> str:
        self._note(Group(cls), root, old)
        edits = self.fields(cls, root, natural_group(cls, old), natural_group(cls, new), old, new)
        return self.applied(edits, 0, len(self.text))

    # what stands where

    def _note(self, shape: Shape, span: Span, value: Any) -> None:
        """Remember every row that is a block, by what it says, for when it turns up elsewhere."""
        if isinstance(shape, Many) and span.sort == "seq" and isinstance(shape.item, Group | OneOf):
            for item, one in zip(span.items, value or [], strict=False):
                if not span.flow and isinstance(one, dict) and self._own_line(item):
                    key = text_key(natural(shape.item, _NO_SAYS, one))
                    self.moved.setdefault(key, (self.lead(item), self.eol(item.end), self.dash(item)))
                self._note(shape.item, item, one)
        elif isinstance(shape, Group | OneOf) and span.sort == "map" and isinstance(value, dict):
            for f in fields_of(member(shape, value).cls):
                if f.key in span.pairs and value.get(f.key) is not None:
                    self._note(f.shape, span.pairs[f.key][1], value[f.key])

    def line(self, at: int) -> int:
        """Where the line begins."""
        return self.text.rfind("\n", 0, at) + 1

    def eol(self, at: int) -> int:
        """The line end behind a value, its comment included."""
        found = self.text.find("\n", at)
        return len(self.text) if found < 0 else found

    def dash(self, item: Span) -> int:
        """The hyphen of a row."""
        return self.text.rfind("-", 0, item.start)

    def _own_line(self, item: Span) -> bool:
        dash = self.dash(item)
        return dash >= 0 and not self.text[self.line(dash) : dash].strip()

    def lead(self, item: Span) -> int:
        """Where the comment lines directly above a row begin, blank lines among them too."""
        at = self.line(self.dash(item))
        while at > 0:
            before = self.line(at - 1)
            said = self.text[before : at - 1].strip()
            if said and not said.startswith("#"):
                break
            at = before
        return at

    def applied(self, edits: Sequence[_Edit], start: int, end: int) -> str:
        out, at = [], start
        for one in sorted(edits, key=lambda each: (each.start, each.end)):
            out += [self.text[at : one.start], one.text]
            at = one.end
        return "".join([*out, self.text[at:end]])

    # fields

    def fields(
        self, cls: type, span: Span, was: dict[str, Any], now: dict[str, Any], old: dict[str, Any], new: dict[str, Any]
    ) -> list[_Edit]:
        """Edits in a mapping. was, now: as written; old, new: as read."""
        known = {f.key: f for f in fields_of(cls)}
        changed = [key for key in {**was, **now} if was.get(key, _GONE) != now.get(key, _GONE)]
        if span.flow:
            return self._flow_fields(known, span, changed, was, now, old, new)
        edits: list[_Edit] = []
        left = [key for key in span.pairs if key not in changed or key in now]
        if not left:
            raise _NotInPlace
        for key in changed:
            if key in span.pairs and key in now:
                edits += self._entry(known[key], span, key, now[key], old, new)
            elif key in span.pairs:
                edits.append(self._without(span, key))
        return edits + self._added(known, span, [key for key in changed if key not in span.pairs], now)

    def _entry(self, f: Field, span: Span, key: str, now: Any, old: dict[str, Any], new: dict[str, Any]) -> list[_Edit]:
        mark, value = span.pairs[key]
        try:
            return self.value(f.shape, f.says, value, old.get(key), new.get(key), now)
        except _NotInPlace:
            return [_Edit(mark.start, max(value.end, mark.end + 1), self._lines(key, now, self._column(mark.start)))]

    def _column(self, at: int) -> int:
        return at - self.line(at)

    def _lines(self, key: str, value: Any, column: int) -> str:
        return f"\n{' ' * column}".join(entry(key, value))

    def _without(self, span: Span, key: str) -> _Edit:
        """One entry less. The first of a row gives its place behind the hyphen to the next."""
        names = list(span.pairs)
        mark, value = span.pairs[key]
        end = max(value.end, mark.end + 1)
        if self.text[self.line(mark.start) : mark.start].strip():
            after = names.index(key) + 1
            if after >= len(names):
                raise _NotInPlace
            nearest = span.pairs[names[after]][0].start
            if "#" in self.text[self.eol(end) : nearest]:
                raise _NotInPlace
            return _Edit(mark.start, nearest, "")
        return _Edit(self.line(mark.start), min(self.eol(end) + 1, len(self.text)), "")

    def _added(self, known: dict[str, Field], span: Span, keys: list[str], now: dict[str, Any]) -> list[_Edit]:
        order = list(known)
        edits = []
        for key in sorted(keys, key=order.index):
            before = [one for one in span.pairs if one in order and order.index(one) < order.index(key)]
            kept = before or list(span.pairs)[:1]
            mark, value = span.pairs[kept[-1]]
            at = self.eol(max(value.end, mark.end + 1))
            edits.append(_Edit(at, at, f"\n{' ' * self._column(mark.start)}"
                               f"{self._lines(key, now[key], self._column(mark.start))}"))  # fmt: skip
        return edits

    def _flow_fields(
        self, known: dict[str, Field], span: Span, changed: list[str], was: dict[str, Any], now: dict[str, Any],
        old: dict[str, Any], new: dict[str, Any],
    ) -> list[_Edit]:  # fmt: skip
        """{a: b}: values in place where the keys stay, else written again with what stays as it is written."""
        if all(key in span.pairs and key in now for key in changed):
            edits: list[_Edit] = []
            for key in changed:
                value = span.pairs[key][1]
                try:
                    edits += self.value(known[key].shape, known[key].says, value, old.get(key), new.get(key), now[key])
                except _NotInPlace:
                    edits.append(_Edit(value.start, value.end, inside(now[key])))
            return edits
        order = [*span.pairs, *(key for key in known if key not in span.pairs)]
        parts = []
        for key in order:
            if key in changed and key in now:
                parts.append(f"{flow(key)}: {inside(now[key])}")
            elif key in span.pairs and key not in changed:
                mark, value = span.pairs[key]
                parts.append(self.text[mark.start : value.end])
        return [_Edit(span.start, span.end, f"{{{', '.join(parts)}}}")]

    # values

    def value(self, shape: Shape, says: Says, span: Span, old: Any, new: Any, now: Any) -> list[_Edit]:
        """Edits that make the value at this place the new one. Raises _NotInPlace when its entry must be rewritten."""
        match shape:
            case Group() | OneOf() if span.sort == "map" and isinstance(now, dict) and isinstance(old, dict):
                cls = member(shape, new).cls
                return self.fields(cls, span, natural(shape, says, old), now, old, new)
            case Keyed(inner) if span.sort == "map" and isinstance(now, dict) and isinstance(old, dict):
                return self._keyed(inner, says, span, old, now)
            case Many(item) if span.sort == "seq" and isinstance(now, list) and now and isinstance(old, list):
                return self._rows(item, says, span, old, new, now)
            case _ if span.sort == "scalar" and not isinstance(now, list | dict) and not span.block:
                return self._scalar(span, now)
        raise _NotInPlace

    def _scalar(self, span: Span, now: Any) -> list[_Edit]:
        if "\n" in str(now) or "\n" in self.text[span.start : span.end] or span.start == span.end:
            raise _NotInPlace
        return [_Edit(span.start, span.end, inside(now))]

    def _keyed(self, inner: Shape, says: Says, span: Span, old: dict[str, Any], now: dict[str, Any]) -> list[_Edit]:
        if not isinstance(inner, Plain) or set(now) != set(span.pairs):
            raise _NotInPlace
        was = {key: natural(inner, says, one) for key, one in old.items()}
        edits: list[_Edit] = []
        for key in now:
            if was.get(key) != now[key]:
                edits += self._scalar(span.pairs[key][1], now[key])
        return edits

    def _rows(self, item: Shape, says: Says, span: Span, old: list[Any], new: list[Any], now: list[Any]) -> list[_Edit]:
        was = [natural(item, says, one) for one in old]
        if span.flow:
            parts = [self.text[s.start : s.end] for s in span.items]
            by_text = {text_key(one): part for one, part in zip(was, parts, strict=True)}
            said = ", ".join(by_text.get(text_key(one)) or inside(one) for one in now)
            if len(said) > WIDE or "\n" in said:
                raise _NotInPlace
            return [_Edit(span.start, span.end, f"[{said}]")]
        if not all(map(self._own_line, span.items)):
            raise _NotInPlace
        if len(was) == len(now) and all(map(alike, was, now)):
            edits: list[_Edit] = []
            for i, one in enumerate(span.items):
                if was[i] != now[i]:
                    edits += self._row(item, says, one, old[i], new[i], now[i])
            return edits
        return [self._rebuilt(item, says, span, was, old, new, now)]

    def _row(self, item: Shape, says: Says, span: Span, old: Any, new: Any, now: Any) -> list[_Edit]:
        """One row that stays where it is."""
        try:
            edits = self.value(item, says, span, old, new, now)
            if span.flow and len(self.applied(edits, span.start, span.end)) > WIDE + 10 and isinstance(now, dict):
                raise _NotInPlace
        except _NotInPlace:
            dash = self.dash(span)
            edits = [_Edit(dash, span.end, f"\n{' ' * self._column(dash)}".join(row(now)))]
        return edits

    def _rebuilt(
        self, item: Shape, says: Says, span: Span, was: list[Any], old: list[Any], new: list[Any], now: list[Any]
    ) -> _Edit:
        """The whole list of rows, each kept row with its own lines."""
        first = self.lead(span.items[0])
        column = self._column(self.dash(span.items[0]))
        pairs = matched(was, now)
        spaced = self._spaced(span)
        out: list[str] = []
        for j, one in enumerate(now):
            i = pairs.get(j)
            if i is not None:
                edits = self._row(item, says, span.items[i], old[i], new[j], one) if was[i] != one else []
                chunk = self.applied(edits, self.line(self.dash(span.items[i])), self.eol(span.items[i].end))
                above = self.text[self.lead(span.items[i]) : self.line(self.dash(span.items[i]))]
            else:
                chunk, above = self._brought(one, column)
            comments = "".join(line for line in above.splitlines(keepends=True) if line.strip())
            blank = above.startswith("\n") if i not in (None, 0) and j > 0 else (spaced and j > 0)
            out.append(f"{chr(10) if blank else ''}{comments}{chunk}")
        return _Edit(first, self.eol(span.items[-1].end), "\n".join(out))

    def _spaced(self, span: Span) -> bool:
        """Do blank lines stand between the rows?"""
        return sum(self.text[self.lead(one)] == "\n" for one in span.items[1:]) * 2 > len(span.items)

    def _brought(self, value: Any, column: int) -> tuple[str, str]:
        """(lines, comments above) of a row that comes from elsewhere in the file, or is new."""
        pad = " " * column
        found = self.moved.get(text_key(value))
        if found is None:
            return "\n".join(f"{pad}{line}" if line else "" for line in row(value)), ""
        lead, end, dash = found
        start, own = self.line(dash), self._column(dash)
        lines = [_shifted(line, own, column) for line in self.text[start:end].split("\n")]
        above = "".join(f"{_shifted(line, own, column)}\n" for line in self.text[lead:start].split("\n")[:-1])
        return "\n".join(lines), above


_GONE = object()
_NO_SAYS = Says(label="")


def _shifted(line: str, own: int, column: int) -> str:
    if not line.strip():
        return line
    spare = len(line) - len(line.lstrip(" "))
    return " " * max(0, spare - own + column) + line.lstrip(" ")
