"""YAML text to spans: where every key and value begins and ends, so that one can be changed and the rest left alone.

For text that `nodes.parse` has read: no anchors, aliases, tags or repeated keys. Offsets count characters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]  # the stubs do not name it


@dataclass(slots=True)
class Span:
    """A value. end: after its last character, comments and line ends behind it left out. flow: in {} or []."""

    sort: str
    start: int
    end: int
    flow: bool = False
    text: str = ""
    block: bool = False
    items: list[Span] = field(default_factory=list)
    pairs: dict[str, tuple[Span, Span]] = field(default_factory=dict)


def spans(text: str) -> Span | None:
    """The mapping that the text is; None when there is none. Raises yaml.YAMLError."""
    parser = CParser(text)
    events = _events(parser)
    next(events)
    if isinstance(next(events), yaml.StreamEndEvent):
        return None
    found = _span(next(events), events, text)
    return found if found.sort == "map" else None


def _events(parser: Any) -> Iterator[Any]:
    while parser.check_event():
        yield parser.get_event()


def _span(event: Any, events: Iterator[Any], text: str) -> Span:
    start, end = event.start_mark.index, event.end_mark.index
    if isinstance(event, yaml.ScalarEvent):
        block = event.style in ("|", ">")
        if block:
            end = start + len(text[start:end].rstrip())
        return Span("scalar", start, end, text=event.value, block=block)
    if isinstance(event, yaml.SequenceStartEvent):
        made = Span("seq", start, end, bool(event.flow_style))
        while not isinstance(inner := next(events), yaml.SequenceEndEvent):
            made.items.append(_span(inner, events, text))
        return _closed(made, inner, made.items[-1].end if made.items else end)
    made = Span("map", start, end, bool(event.flow_style))
    last = end
    while not isinstance(inner := next(events), yaml.MappingEndEvent):
        key = _span(inner, events, text)
        value = _span(next(events), events, text)
        made.pairs[key.text] = (key, value)
        last = value.end
    return _closed(made, inner, last)


def _closed(made: Span, event: Any, last: int) -> Span:
    made.end = event.end_mark.index if made.flow else last
    return made
