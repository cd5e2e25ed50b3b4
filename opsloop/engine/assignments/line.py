"""One line of an assignment: who, what, by when. Pure; people and the clock come in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from opsloop.engine.assignments import moments

MARKS = re.compile(r"^\s*(?:[-*•·▪]|\d{1,2}[.、)）](?!\d)|[（(]\d{1,2}[)）]|[一二三四五六七八九十][、.])\s*")
ASKED = ("请", "麻烦", "让", "由", "please ")
SPACES = "".join(filter(str.isspace, map(chr, range(0x3001))))
"""Every space that str.strip() takes; pasted text has more of them than blanks."""
LEFT = SPACES + ",，.。;；:：、@-—"


@dataclass(frozen=True, slots=True)
class Line:
    """What a line says. who and others are the keys of the people named; None where the line is silent."""

    text: str
    who: int | None
    others: tuple[int, ...]
    title: str
    day: date | None
    at: time | None


def lines(text: str) -> list[str]:
    """The lines of a pasted text without numbers and bullets; empty ones left out."""
    stripped = (MARKS.sub("", one).strip() for one in text.splitlines())
    return [one for one in stripped if one]


def read(text: str, people: Mapping[str, int], today: date) -> Line:
    """Who (a name at the beginning or behind @), what and by when. The first does it, others are kept informed."""
    named, rest = _people(text, people)
    found = moments.find(rest, today)
    title = _without(rest, found.spans)
    who, *others = named or [None]
    return Line(text, who, tuple(one for one in others if one is not None), title, found.day, found.at)


def _people(text: str, people: Mapping[str, int]) -> tuple[list[int | None], str]:
    """The people named, in their order, and the text without their names."""
    named: list[int | None] = []
    rest = text.strip()
    longest = sorted(people, key=len, reverse=True)
    while True:
        start = _unasked(rest)
        name = next((one for one in longest if start.casefold().startswith(one.casefold())), None)
        if name is None or not _ends(start, name):
            break
        named.append(people[name])
        rest = start[len(name) :].lstrip(LEFT)
    for name in longest:
        if f"@{name}" in rest:
            named.append(people[name])
            rest = rest.replace(f"@{name}", " ")
    return list(dict.fromkeys(named)), rest


def _unasked(text: str) -> str:
    start = text.lstrip(LEFT)
    for word in ASKED:
        if start.casefold().startswith(word):
            return start[len(word) :].lstrip(LEFT)
    return start


def _ends(text: str, name: str) -> bool:
    """A Latin name must not be the beginning of a longer word."""
    after = text[len(name) : len(name) + 1]
    return not (after.isascii() and after.isalnum() and name[-1].isascii())


def _apart(spans: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    """In their order, overlapping ones as one: the 晚 of 今晚8点 belongs to both."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def _without(text: str, spans: tuple[tuple[int, int], ...]) -> str:
    for start, end in reversed(_apart(spans)):
        before, after = text[:start].rstrip(), text[end:].lstrip()
        chinese = before[-1:] > "\xff" and after[:1] > "\xff"
        text = f"{before}{after}" if chinese else f"{before} {after}"
    return text.strip(LEFT)
