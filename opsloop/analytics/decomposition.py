"""Where the difference between two periods comes from. Every split is exact: its parts add up to the whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum


@dataclass(frozen=True, slots=True)
class Share:
    """One segment of a quotient in one period: its part of the numerator and of the denominator."""

    over: float
    under: float

    @property
    def rate(self) -> float | None:
        """over ÷ under; None for a segment without denominator."""
        return self.over / self.under if self.under else None


@dataclass(frozen=True, slots=True)
class Effect:
    """What one segment of a quotient did: its own rate changed, or its weight did. In the quotient's unit."""

    rate: float
    mix: float

    @property
    def total(self) -> float:
        return self.rate + self.mix


NOTHING = Share(0.0, 0.0)


def additive(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    """For a sum over segments: segment -> its own change. A segment that is missing in a period counts as 0."""
    return {name: after.get(name, 0.0) - before.get(name, 0.0) for name in {**before, **after}}


def whole(segments: Mapping[str, Share]) -> Share:
    """The quotient of all segments together."""
    return Share(fsum(s.over for s in segments.values()), fsum(s.under for s in segments.values()))


def ratio(before: Mapping[str, Share], after: Mapping[str, Share]) -> dict[str, Effect] | None:
    """For a quotient of sums R = Σ over ÷ Σ under: segment -> rate effect and mix effect; they add up to R₁ − R₀.

    With wᵢ the segment's share of the denominator, rᵢ its rate, and a bar for the mean of both periods:
    rate effect w̄ᵢ·Δrᵢ, mix effect (r̄ᵢ − R̄)·Δwᵢ. Source: E. M. Kitagawa, "Components of a Difference Between Two
    Rates", JASA 50 (1955) 1168–1194; measuring the mix against R̄ changes no sum, since the weights' changes add up to
    0, and lets a segment that grew raise the whole only if its rate is above average. A segment that is empty in one
    period has its other rate there, so all of it is mix. None when a period has no denominator.
    The segments must partition both sums: distinct counts that overlap do not.
    """
    first, second = whole(before), whole(after)
    if first.rate is None or second.rate is None:
        return None
    middle = (first.rate + second.rate) / 2
    return {
        name: _effect(before.get(name, NOTHING), after.get(name, NOTHING), first.under, second.under, middle)
        for name in {**before, **after}
    }


def _effect(old: Share, new: Share, all_old: float, all_new: float, middle: float) -> Effect:
    weights = (old.under / all_old, new.under / all_new)
    shift = weights[1] - weights[0]
    change = new.over / all_new - old.over / all_old
    if old.rate is None or new.rate is None:
        return Effect(0.0, change - middle * shift)
    own = (weights[0] + weights[1]) / 2 * (new.rate - old.rate)
    return Effect(own, change - own - middle * shift)


@dataclass(frozen=True, slots=True)
class Product:
    """A change of volume × price, split in two. In the unit of the product."""

    volume: float
    price: float

    @property
    def total(self) -> float:
        return self.volume + self.price


def product(volume: tuple[float, float], price: tuple[float, float]) -> Product:
    """(before, after) of both factors: volume at the old price, price at the new volume: (V₁−V₀)·P₀ and (P₁−P₀)·V₁.

    The usual order of sales analysis (Laspeyres volume, Paasche price); the joint change falls to the price.
    """
    return Product((volume[1] - volume[0]) * price[0], (price[1] - price[0]) * volume[1])
