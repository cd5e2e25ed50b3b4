"""YAML text to nodes with places. Every scalar stays text, so 08:30, no and 010 mean what a person reads.

PyYAML's C scanner makes the events; the tree is put together here, because anchors, aliases, tags, repeated keys and
bottomless nesting are refused, each at its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from django.utils.translation import gettext_lazy as _
from yaml.cyaml import CParser  # type: ignore[attr-defined]  # the stubs do not name it

from opsloop.base.things.errors import Text
from opsloop.playbook.reader.errors import PlaybookError, say
from opsloop.playbook.reader.syntax import AFTER_END, ONE, PAIR, fault
from opsloop.playbook.reader.text import place

DEEPEST = 30
MOST_NODES = 100_000


@dataclass(slots=True)
class Scalar:
    text: str
    plain: bool
    line: int
    column: int

    @property
    def empty(self) -> bool:
        """A key with nothing after it."""
        return self.plain and self.text == ""


@dataclass(slots=True)
class Seq:
    line: int
    column: int
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Map:
    line: int
    column: int
    flow: bool = False
    items: dict[str, tuple[Scalar, Node]] = field(default_factory=dict)


Node = Scalar | Seq | Map


def parse(text: str, file: str, line0: int = 0) -> Map:
    """The mapping that the text is. `line0` lines of the file precede it. Raises PlaybookError at the first fault."""
    if (tab := text.find("\t")) >= 0:
        line, column = place(text, tab)
        raise PlaybookError(
            _("There is a tab here."), remedy=_("Use spaces."), file=file, line=line + line0, column=column
        )
    try:
        return _Composer(text, file, line0).whole()
    except yaml.YAMLError as error:
        raise fault(error, text, file, line0) from None


class _Composer:
    """Events to one tree; recursion is bounded by DEEPEST."""

    def __init__(self, text: str, file: str, line0: int) -> None:
        self.parser, self.file, self.line0 = CParser(text), file, line0
        self.count = 0

    def _events(self) -> Iterator[Any]:
        while self.parser.check_event():
            yield self.parser.get_event()

    def _wrong(self, event: Any, message: Text, remedy: Text) -> PlaybookError:
        mark = event.start_mark
        return PlaybookError(
            message, remedy=remedy, file=self.file, line=mark.line + 1 + self.line0, column=mark.column + 1
        )

    def whole(self) -> Map:
        events = self._events()
        next(events)  # the stream
        first = next(events)
        if isinstance(first, yaml.StreamEndEvent):
            return Map(self.line0 + 1, 1)
        root = self._node(next(events), events, 0)
        if isinstance(root, Scalar) and root.empty:
            root = Map(root.line, root.column)
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                raise self._wrong(event, AFTER_END, ONE)
        if not isinstance(root, Map):
            raise PlaybookError(
                _("Fields were expected here, one per line."),
                remedy=PAIR,
                file=self.file, line=root.line, column=root.column,
            )  # fmt: skip
        return root

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        self._refuse(event, depth)
        line, column = event.start_mark.line + 1 + self.line0, event.start_mark.column + 1
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(event.value, event.implicit[0], line, column)
        if isinstance(event, yaml.SequenceStartEvent):
            seq = Seq(line, column)
            while not isinstance(inner := next(events), yaml.SequenceEndEvent):
                seq.items.append(self._node(inner, events, depth + 1))
            return seq
        made = Map(line, column, bool(event.flow_style))
        while not isinstance(inner := next(events), yaml.MappingEndEvent):
            key = self._node(inner, events, depth + 1)
            self._put(made, key, inner, self._node(next(events), events, depth + 1))
        return made

    def _put(self, made: Map, key: Node, event: Any, value: Node) -> None:
        if not isinstance(key, Scalar):
            raise self._wrong(event, _("A key must be one word."), _("Put texts with { or [ between quotes."))
        if key.text in made.items:
            before = made.items[key.text][0].line
            raise self._wrong(
                event,
                say(_("{key} is said twice; the first is in line {line}."), key=key.text, line=before),
                _("Keep one of the two."),
            )
        made.items[key.text] = (key, value)

    def _refuse(self, event: Any, depth: int) -> None:
        self.count += 1
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise self._wrong(
                event,
                _("References inside a file (& and *) are not read."),
                _("Write the value out, or put it in quotes."),
            )
        if event.tag is not None:
            raise self._wrong(event, _("Types (!) are not read."), _("Write the value plainly, or put it in quotes."))
        if depth > DEEPEST or self.count > MOST_NODES:
            raise self._wrong(event, _("This is nested too deeply or too long."), _("Split it into several files."))
