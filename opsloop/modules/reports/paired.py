"""Two editions beside each other, figure by figure."""

from __future__ import annotations

from dataclasses import dataclass

from opsloop.modules.reports.document import Figure
from opsloop.modules.reports.judging import slots_of
from opsloop.modules.reports.models import Edition


@dataclass(frozen=True, slots=True)
class Pair:
    """One figure of both; None where an edition has none."""

    label: str
    old: Figure | None
    new: Figure | None


def pairs(last: Edition, edition: Edition, language: str) -> list[Pair]:
    """Metrics and their changes in the order of the newer edition; parts of a split differ from week to week."""
    old, new = slots_of(last, language), slots_of(edition, language)
    wanted = [slot for slot in new if slot.sort in ("value", "change") and slot.figure.key.count(".") <= 1]
    return [Pair(slot.label, old.get(slot.figure.key), slot.figure) for slot in wanted]
