"""Cards of the start page: an app puts a function into its cards.py, and it shows to those whom it concerns."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import sees
from opsloop.base.things.errors import Text

log = logging.getLogger("opsloop.ui")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What stands on the card: a template and what it needs. `url` opens the page behind it.

    scripts, styles: static files the card needs, such as echarts/echarts.min.js; each is loaded once.
    """

    title: Text
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    url: str = ""
    scripts: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()


Maker = Callable[[Person], Card | None]


@dataclass(frozen=True, slots=True)
class _Known:
    name: str
    maker: Maker
    order: int
    see: str | None
    side: bool


_cards: dict[str, _Known] = {}


def card(name: str, *, order: int = 500, see: str | None = None, side: bool = False) -> Callable[[Maker], Maker]:
    """Register `fn(person) -> Card | None`. see: the noun one must see to be shown it. side: the narrow column."""

    def wrap(maker: Maker) -> Maker:
        _cards[name] = _Known(name, maker, order, see, side)
        return maker

    return wrap


def cards_of(person: Person, *, side: bool) -> list[tuple[str, Card | None]]:
    """(name, card) in their order; None for a card that broke: one app's mistake takes nobody's start page away."""
    known = sorted((one for one in _cards.values() if one.side == side), key=lambda one: (one.order, one.name))
    out: list[tuple[str, Card | None]] = []
    for one in known:
        if one.see is not None and sees(person, one.see) is None:
            continue
        try:
            made = one.maker(person)
        except Exception:
            log.exception("the card %s failed", one.name)
            out.append((one.name, None))
            continue
        if made is not None:
            out.append((one.name, made))
    return out
