"""What is said of a monitor's file before it is published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.registry import Book, Level, Said
from opsloop.engine.monitors.words import Every, Sides

if TYPE_CHECKING:
    from opsloop.engine.monitors.definition import MonitorFile

LEVELS = ("warn", "critical")


def check_monitor(ident: str, obj: MonitorFile, book: Book) -> Iterable[Said]:
    """One way of judging, levels in their order, and a target where one is needed."""
    ways = [
        name
        for name, said in (
            ("method", obj.method), ("below", obj.below), ("above", obj.above), ("off_target", obj.off_target),
            ("trend", obj.trend), ("late", obj.late),
        )
        if said
    ]  # fmt: skip
    if not ways or len({"below" if one == "above" else one for one in ways}) > 1:
        yield Said(
            ways[-1] if ways else "method",
            _("A monitor judges in exactly one way: method, below and above, off_target, trend, or late."),
            Level.ERROR, _("For instance: method: usual-for-weekday"),
        )  # fmt: skip
        return
    yield from _levels(obj)
    if obj.every == Every.HOUR and obj.form not in ("usual", "limit"):
        yield Said("every", _("Hours are judged against the usual or fixed limits."), Level.ERROR)
    if obj.watches in obj.with_:
        yield Said("with", _("The watched metric need not be named again."))
    if obj.sides != Sides.BOTH and obj.form not in ("usual",):
        yield Said("sides", _("A side is for the usual value; limits and targets have theirs."))
    yield from _target(obj, book)


def _levels(obj: MonitorFile) -> Iterator[Said]:
    for name in ("below", "above", "off_target", "tell"):
        for level in getattr(obj, name):
            if level not in LEVELS:
                yield Said(f"{name}.{level}", _("A level is warn or critical."), Level.ERROR)
    wrong = [
        name
        for name, first, second in (
            ("below.critical", obj.below.get("critical"), obj.below.get("warn")),
            ("above.critical", obj.above.get("warn"), obj.above.get("critical")),
            ("critical", obj.warn, obj.critical),
        )
        if first is not None and second is not None and first > second
    ]
    for name in wrong:
        yield Said(name, _("Critical is further out than warn."), Level.ERROR)


def _target(obj: MonitorFile, book: Book) -> Iterator[Said]:
    metric = book.get("metric", obj.watches) if obj.off_target else None
    if metric is not None and not metric.target:
        yield Said(
            "off_target", _("The metric's file has no usual target; only periods with one of their own are judged."),
            Level.NOTE,
        )  # fmt: skip
