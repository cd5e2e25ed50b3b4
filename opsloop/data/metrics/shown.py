"""How a metric's value looks: with its unit, in 万 and 亿 where it is large, and its change with a word beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t

from opsloop.data.metrics.questions import Result
from opsloop.ui import formats

LARGE = 1_000_000
PLACES_BELOW = 1_000
"""Amounts from here on are shown without cents."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the unit says of a number's look. decimals: of a percentage, after the point of the percentage."""

    unit: str = "number"
    decimals: int = 2
    currency: str = ""
    counted: str = ""
    better: str = "none"

    @property
    def good(self) -> str | None:
        """The direction that is good, as `formats.delta` wants it."""
        return {"higher": "up", "lower": "down"}.get(self.better)

    @property
    def share(self) -> bool:
        return self.unit == "percent"

    @property
    def word(self) -> str:
        """The unit beside a number: 元 of which currency, 单, 天; nothing for shares, which have their sign."""
        words = {"days": _t("days"), "hours": _t("hours"), "minutes": _t("minutes")}
        if self.unit == "money":
            return self.currency
        return self.counted if self.unit == "count" else words.get(self.unit, "")


def look_of(result: Result) -> Look:
    return Look(result.unit, result.decimals, result.currency, result.counted, result.better)


def shown(value: float | None, look: Look) -> str:
    """86923.4 -> 86,923; 1234567 -> 123.46万; 0.844 -> 84.4%; a dash for nothing."""
    if value is None:
        return formats.NONE
    if look.share:
        return formats.percent(value, look.decimals)
    if abs(value) >= LARGE:
        return formats.short(value)
    return formats.number(value, 0 if look.unit == "count" or abs(value) >= PLACES_BELOW else look.decimals)


def exact(value: float | None, look: Look) -> str:
    """For tables: all its decimals, never shortened."""
    if value is None:
        return formats.NONE
    return formats.percent(value, look.decimals) if look.share else formats.number(value, look.decimals)


def signed(value: float | None, look: Look, beside: float | None = None) -> str:
    """A difference: +574, −6,590, +1.2 points; as fine as the whole that it stands beside."""
    if value is None:
        return formats.NONE
    if look.share:
        points = formats.number(value * 100, max(1, look.decimals))
        return _t("{n} points").format(n=f"+{points}" if value > 0 else points)
    coarse = beside is not None and abs(beside) >= PLACES_BELOW and abs(value) < LARGE
    text = formats.number(value, 0) if coarse else shown(value, look)
    return f"+{text}" if value > 0 else text


def off_by(value: float | None, expected: float | None, rate: float | None, look: Look) -> str:
    """How far a value is from what it is held against: points for shares, else the rate; empty where unknown."""
    if look.share and value is not None and expected is not None:
        return signed(value - expected, look)
    return "" if rate is None else formats.signed_percent(rate)


def plain(value: float | None, look: Look) -> float | None:
    """As a chart takes it: shares as percentages."""
    if value is None:
        return None
    return round(value * 100, 4) if look.share else round(value, 4)


def moved(now: float | None, then: float | None, look: Look) -> SafeString | str:
    """▲ +0.6% better: relative, in points for shares; the word stands there because colour alone says nothing."""
    if now is None or then is None or (then == 0 and not look.share):
        return formats.NONE
    change = now - then if look.share else (now - then) / abs(then)
    return arrow(change, look)


def arrow(change: float, look: Look) -> SafeString | str:
    """A change that is computed already, as `moved` shows it."""
    if changed(change, look) == changed(0.0, look):
        return format_html('<span class="moved">{}</span>', _t("unchanged"))
    up = change > 0
    text = changed(change, look)
    judged: Any = ""
    tone = ""
    if look.good is not None:
        better = (look.good == "up") == up
        tone = "moved-good" if better else "moved-bad"
        judged = format_html(' <small class="moved-word">{}</small>', _t("better") if better else _t("worse"))
    return format_html(
        '<span class="moved {}"><span aria-hidden="true">{}</span> {}{}</span>', tone, "▲" if up else "▼", text, judged
    )


def changed(change: float, look: Look) -> str:
    """A change that is computed already: +0.6%, −6.5%, for shares +1.2 points."""
    if not look.share:
        return formats.signed_percent(change)
    points = formats.with_sign(change, formats.number(change * 100, 1), formats.number(0, 1))
    return _t("{n} points").format(n=points)
