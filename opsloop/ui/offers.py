"""What apps offer under Ctrl K beside pages, acts and records: an app puts a function into its cards.py."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from opsloop.base.people.models import Person

log = logging.getLogger("opsloop.ui")


@dataclass(frozen=True, slots=True)
class Offer:
    """Something to begin, and the address where it begins."""

    label: str
    url: str


Source = Callable[[Person, str], Iterable[Offer]]
_sources: dict[str, Source] = {}


def offers(name: str) -> Callable[[Source], Source]:
    """Register `fn(person, words) -> offers that fit`; words are in small letters and never empty."""

    def wrap(source: Source) -> Source:
        _sources[name] = source
        return source

    return wrap


def offered(person: Person, words: str) -> list[Offer]:
    """From every app; a broken source is logged and takes nothing else away."""
    found: list[Offer] = []
    for name, source in _sources.items() if words else ():
        try:
            found += source(person, words)
        except Exception:
            log.exception("offers from %s could not be read", name)
    return found
