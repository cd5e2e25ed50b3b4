"""New values into the text of a file: only what differs is written; other lines, comments and their order stay.

`splice` knows where every value stands. A block that moves to another place takes its lines and the comments above it
along. What cannot be done in place is written anew, entry by entry, never more than that.
"""

from __future__ import annotations

from typing import Any

from opsloop.base.kinds.fields import Field, Group, Keyed, Many, OneOf, Plain, Shape, fields_of
from opsloop.base.kinds.registry import Form, Kind
from opsloop.base.kinds.says import Says
from opsloop.playbook.lines import Edit, Lines
from opsloop.playbook.loose import loose_values
from opsloop.playbook.matching import alike, matched, text_key
from opsloop.playbook.moved import Moved
from opsloop.playbook.natural import WIDE, flow, inside, member, natural, natural_group
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


class _NotInPlace(Exception):
    """The entry around it is written anew."""


class _Work:
    def __init__(self, text: str) -> None:
        self.lines = Lines(text)
        self.text = self.lines.text
        self.moved = Moved(self.lines)

    def whole(self, cls: type, root: Span, old: dict[str, Any], new: dict[str, Any]) -> str:
        self.moved.note(Group(cls), root, old)
        edits = self.fields(cls, root, natural_group(cls, old), natural_group(cls, new), old, new)
        return self.lines.applied(edits, 0, len(self.text))

    # fields

    def fields(
        self, cls: type, span: Span, was: dict[str, Any], now: dict[str, Any], old: dict[str, Any], new: dict[str, Any]
    ) -> list[Edit]:
        """Edits in a mapping. was, now: as written; old, new: as read."""
        known = {f.key: f for f in fields_of(cls)}
        changed = [key for key in {**was, **now} if was.get(key, _GONE) != now.get(key, _GONE)]
        if span.flow:
            return self._flow_fields(known, span, changed, was, now, old, new)
        edits: list[Edit] = []
        left = [key for key in span.pairs if key not in changed or key in now]
        if not left:
            raise _NotInPlace
        for key in changed:
            if key in span.pairs and key in now:
                edits += self._entry(known[key], span, key, now[key], old, new)
            elif key in span.pairs:
                edits.append(self._without(span, key))
        return edits + self._added(known, span, [key for key in changed if key not in span.pairs], now)

    def _entry(self, f: Field, span: Span, key: str, now: Any, old: dict[str, Any], new: dict[str, Any]) -> list[Edit]:
        mark, value = span.pairs[key]
        try:
            return self.value(f.shape, f.says, value, old.get(key), new.get(key), now)
        except _NotInPlace:
            return [self._anew(key, mark, value, now)]

    def _anew(self, key: str, mark: Span, value: Span, now: Any) -> Edit:
        """The entry written again; a comment on the line of its key stays there. Those behind rows go with the rows."""
        first, *more = self.moved.entry(key, now, self.lines.column(mark.start))
        end = max(value.end, mark.end + 1)
        short = self.lines.line(mark.start) == self.lines.line(end)
        beside = self.lines.comment(end if short else mark.end + 1, self.lines.eol(mark.end))
        if short or value.sort != "scalar":
            end = self.lines.eol(end)
        return Edit(mark.start, end, "\n".join([f"{first}{beside}".lstrip(" "), *more]))

    def _without(self, span: Span, key: str) -> Edit:
        """One entry less; a comment beside a key above its lines stays. The first of a row gives its place behind the
        hyphen to the next."""
        names = list(span.pairs)
        mark, value = span.pairs[key]
        end = max(value.end, mark.end + 1)
        if self.text[self.lines.line(mark.start) : mark.start].strip():
            after = names.index(key) + 1
            if after >= len(names):
                raise _NotInPlace
            nearest = span.pairs[names[after]][0].start
            if "#" in self.text[self.lines.eol(end) : nearest]:
                raise _NotInPlace
            return Edit(mark.start, nearest, "")
        start, beside = self.lines.line(mark.start), ""
        if start != self.lines.line(end):
            beside = self.lines.comment(mark.end + 1, self.lines.eol(mark.end)).lstrip(" ")
        kept = f"{' ' * self.lines.column(mark.start)}{beside}\n" if beside else ""
        return Edit(start, min(self.lines.eol(end) + 1, len(self.text)), kept)

    def _added(self, known: dict[str, Field], span: Span, keys: list[str], now: dict[str, Any]) -> list[Edit]:
        order = list(known)
        edits = []
        for key in sorted(keys, key=order.index):
            before = [one for one in span.pairs if one in order and order.index(one) < order.index(key)]
            kept = before or list(span.pairs)[:1]
            mark, value = span.pairs[kept[-1]]
            at = self.lines.eol(max(value.end, mark.end + 1))
            lines = self.moved.entry(key, now[key], self.lines.column(mark.start))
            edits.append(Edit(at, at, "".join(f"\n{line}" for line in lines)))
        return edits

    def _flow_fields(
        self, known: dict[str, Field], span: Span, changed: list[str], was: dict[str, Any], now: dict[str, Any],
        old: dict[str, Any], new: dict[str, Any],
    ) -> list[Edit]:  # fmt: skip
        """{a: b}: values in place where the keys stay, else written again with what stays as it is written."""
        if all(key in span.pairs and key in now for key in changed):
            edits: list[Edit] = []
            for key in changed:
                value = span.pairs[key][1]
                try:
                    edits += self.value(known[key].shape, known[key].says, value, old.get(key), new.get(key), now[key])
                except _NotInPlace:
                    edits.append(Edit(value.start, value.end, inside(now[key])))
            return edits
        order = [*span.pairs, *(key for key in known if key not in span.pairs)]
        parts = []
        for key in order:
            if key in changed and key in now:
                parts.append(f"{flow(key)}: {inside(now[key])}")
            elif key in span.pairs and key not in changed:
                mark, value = span.pairs[key]
                parts.append(self.text[mark.start : value.end])
        return [Edit(span.start, span.end, f"{{{', '.join(parts)}}}")]

    # values

    def value(self, shape: Shape, says: Says, span: Span, old: Any, new: Any, now: Any) -> list[Edit]:
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

    def _scalar(self, span: Span, now: Any) -> list[Edit]:
        if "\n" in str(now) or "\n" in self.text[span.start : span.end] or span.start == span.end:
            raise _NotInPlace
        return [Edit(span.start, span.end, inside(now))]

    def _keyed(self, inner: Shape, says: Says, span: Span, old: dict[str, Any], now: dict[str, Any]) -> list[Edit]:
        if not isinstance(inner, Plain) or set(now) != set(span.pairs):
            raise _NotInPlace
        was = {key: natural(inner, says, one) for key, one in old.items()}
        edits: list[Edit] = []
        for key in now:
            if was.get(key) != now[key]:
                edits += self._scalar(span.pairs[key][1], now[key])
        return edits

    def _rows(self, item: Shape, says: Says, span: Span, old: list[Any], new: list[Any], now: list[Any]) -> list[Edit]:
        was = [natural(item, says, one) for one in old]
        if span.flow:
            parts = [self.text[s.start : s.end] for s in span.items]
            by_text = {text_key(one): part for one, part in zip(was, parts, strict=True)}
            if self.moved.holds([one for one in now if text_key(one) not in by_text]):
                raise _NotInPlace
            said = ", ".join(by_text.get(text_key(one)) or inside(one) for one in now)
            if len(said) > WIDE or "\n" in said:
                raise _NotInPlace
            return [Edit(span.start, span.end, f"[{said}]")]
        if not all(map(self.lines.own_line, span.items)):
            raise _NotInPlace
        pairs = matched(was, now)
        if len(was) == len(now) and all(map(alike, was, now)) and all(pairs.get(j, j) == j for j in range(len(now))):
            edits: list[Edit] = []
            for i, one in enumerate(span.items):
                if was[i] != now[i]:
                    edits += self._row(item, says, one, old[i], new[i], now[i])
            return edits
        return [self._rebuilt(item, says, span, pairs, was, old, new, now)]

    def _row(self, item: Shape, says: Says, span: Span, old: Any, new: Any, now: Any) -> list[Edit]:
        """One row that stays where it is."""
        try:
            edits = self.value(item, says, span, old, new, now)
            if span.flow and len(self.lines.applied(edits, span.start, span.end)) > WIDE + 10 and isinstance(now, dict):
                raise _NotInPlace
        except _NotInPlace:
            dash = self.lines.dash(span)
            lines = self.moved.row(now, self.lines.column(dash))
            edits = [Edit(dash, span.end, "\n".join(lines).lstrip(" "))]
        return edits

    def _rebuilt(
        self, item: Shape, says: Says, span: Span, pairs: dict[int, int], was: list[Any], old: list[Any],
        new: list[Any], now: list[Any],
    ) -> Edit:  # fmt: skip
        """The whole list of rows, each kept row with its own lines."""
        column = self.lines.column(self.lines.dash(span.items[0]))
        spaced = self.lines.spaced(span)
        out: list[str] = []
        for j, one in enumerate(now):
            i = pairs.get(j)
            if i is None:
                lines, blank = self.moved.row(one, column), spaced
            else:
                edits = self._row(item, says, span.items[i], old[i], new[j], one) if was[i] != one else []
                lines, blank = self._kept(span.items[i], edits)
                blank = blank if i else spaced
            out.append(f"{chr(10) if blank and j else ''}{chr(10).join(lines)}")
        return Edit(self.lines.lead(span.items[0]), self.lines.eol(span.items[-1].end), "\n".join(out))

    def _kept(self, item: Span, edits: list[Edit]) -> tuple[list[str], bool]:
        """The lines of a row with the comments above it, and whether a blank line stands before them."""
        lead, start = self.lines.lead(item), self.lines.line(self.lines.dash(item))
        above = self.text[lead:start]
        lines = self.lines.applied(edits, start, self.lines.eol(item.end)).split("\n")
        return [*(line for line in above.splitlines() if line.strip()), *lines], above.startswith("\n")


_GONE = object()
