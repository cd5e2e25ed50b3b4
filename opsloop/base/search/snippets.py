"""A piece of text around the words that were found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from opsloop.base.search.words import Phrase

BEFORE, LONG = 24, 120
LOOK = 50_000
PAGE = "\f"


@dataclass(frozen=True, slots=True)
class Part:
    """A bit of a snippet; `found`: one of the words that were asked for."""

    text: str
    found: bool


def snippet(text: str, asked: Sequence[Phrase]) -> tuple[Part, ...]:
    """At most 120 characters, beginning shortly before the first found word; the beginning where none is seen.

    What stands in another language is divided off by PAGE; a snippet is of one, the first that has a found word.
    """
    pages = [" ".join(one.split()) for one in text[:LOOK].split(PAGE)]
    flat, spots = next(((one, found) for one in pages if (found := _spots(one, asked))), (pages[0], []))
    start = max(0, spots[0][0] - BEFORE) if spots else 0
    end = min(len(flat), start + LONG)
    parts: list[Part] = [Part("…", False)] if start else []
    at = start
    for low, high in spots:
        if low < at or high > end:
            continue
        parts += [Part(flat[at:low], False), Part(flat[low:high], True)]
        at = high
    parts.append(Part(flat[at:end] + ("…" if end < len(flat) else ""), False))
    return tuple(part for part in parts if part.text)


def _spots(flat: str, asked: Sequence[Phrase]) -> list[tuple[int, int]]:
    """Where phrases stand, as they are written; one written in full width or with accents is found but not marked."""
    pattern = "|".join(sorted(filter(None, map(_pattern, asked)), key=len, reverse=True))
    return [found.span() for found in re.finditer(pattern, flat, re.IGNORECASE)] if pattern else []


def _pattern(one: Phrase) -> str:
    """Pairs overlap: 客户 户投 投诉 is 客户投诉. Between words anything that separates may stand."""
    out = ""
    for i, word in enumerate(one.words):
        before = one.words[i - 1] if i else ""
        if before and len(before) == 2 and word[0] == before[1] and not word.isascii():
            out += re.escape(word[1:])
        else:
            out += (r"\W*" if out else "") + re.escape(word)
    return out
