"""Does a load look as it should? What does not is held for a person (待放行)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.data.lake import manifest
from opsloop.data.sources.definition import definition_of
from opsloop.data.sources.kinds.rules import Bound
from opsloop.data.sources.kinds.source import Source as Definition
from opsloop.data.sources.kinds.words import Brings, Than
from opsloop.data.sources.loading.preparing import Cleaned
from opsloop.data.sources.models import Load, LoadState, Source
from opsloop.data.sources.rhythm import business_day, expected
from opsloop.ui.formats import percent

WEEKS, LOADS = 8, 8
FEWEST = 3
"""With fewer loads behind it nothing is usual yet."""
SHRINKS = 0.5
"""A file that brings everything and has less than this share of what is there is held, whatever the source says."""


def reasons(
    source: Source, cleaned: Cleaned, control: Mapping[str, Decimal], due_on: date | None
) -> list[dict[str, Any]]:
    """Why the load is held, each as {code, figure, ours, usual, limit}; empty when it looks as it should."""
    definition = definition_of(source)
    found = list(_control(cleaned, control))
    if definition.brings is Brings.WHOLE:
        found += _shrinks(source, cleaned)
    rules = definition.hold_if
    if rules is None:
        return found
    if rules.set_aside and cleaned.rows_in:
        found += _aside(cleaned, rules.set_aside)
    if rules.rows is not None:
        found += _usual(source, cleaned, "rows", float(cleaned.rows_in), rules.rows, due_on)
    for name, bound in rules.figures.items():
        found += _usual(source, cleaned, name, cleaned.figures.get(name, 0.0), bound, due_on)
    return found


def _reason(code: str, figure: str, ours: float, usual: float, limit: float) -> dict[str, Any]:
    return {"code": code, "figure": figure, "ours": ours, "usual": usual, "limit": limit}


def _control(cleaned: Cleaned, control: Mapping[str, Decimal]) -> Iterator[dict[str, Any]]:
    for name, theirs in control.items():
        ours = float(cleaned.rows_in) if name == "rows" else cleaned.figures.get(name)
        if ours is not None and abs(ours - float(theirs)) > 0.005:
            yield _reason("control", name, ours, float(theirs), 0.0)


def _shrinks(source: Source, cleaned: Cleaned) -> Iterator[dict[str, Any]]:
    last = manifest.newest(source.table)
    if last is not None and cleaned.good < SHRINKS * last.rows:
        yield _reason("shrinks", "rows", float(cleaned.good), float(last.rows), SHRINKS * last.rows)


def _aside(cleaned: Cleaned, limit: str) -> Iterator[dict[str, Any]]:
    most = float(limit.rstrip("%")) / 100 * cleaned.rows_in if limit.endswith("%") else float(limit)
    if cleaned.set_aside > most:
        yield _reason("set_aside", "set_aside", float(cleaned.set_aside), 0.0, most)


def _usual(
    source: Source, cleaned: Cleaned, figure: str, ours: float, bound: Bound, due_on: date | None
) -> Iterator[dict[str, Any]]:
    if bound.of is Than.SAME_WEEKDAY and cleaned.several:
        return
    past = _past(source, figure, bound.of, due_on)
    if len(past) < (1 if bound.of is Than.LAST else FEWEST):
        return
    usual = median(past)
    if bound.below is not None and ours < float(bound.below) * usual:
        yield _reason("below", figure, ours, usual, float(bound.below) * usual)
    if bound.above is not None and ours > float(bound.above) * usual:
        yield _reason("above", figure, ours, usual, float(bound.above) * usual)


def _past(source: Source, figure: str, than: Than, due_on: date | None) -> list[float]:
    """What earlier loads had, newest first; several loads of one day are one."""
    rows: QuerySet[Load] = Load.objects.filter(
        source=source, state=LoadState.LOADED, repairs=None, due_on__isnull=False, rows_in__gt=0
    )
    if due_on is not None:
        rows = rows.exclude(due_on=due_on)
    if than is Than.SAME_WEEKDAY:
        if due_on is None:
            return []
        days = [due_on - timedelta(weeks=n) for n in range(1, WEEKS + 1)]
        rows = rows.filter(due_on__in=days)
    by_day: dict[Any, float] = {}
    for load in rows.order_by("-due_on", "-id")[: 4 * LOADS]:
        value = float(load.rows_in) if figure == "rows" else load.figures.get(figure)
        if value is not None:
            by_day[load.due_on] = by_day.get(load.due_on, 0.0) + value
    most = 1 if than is Than.LAST else LOADS
    return list(by_day.values())[:most]


def said(reason: Mapping[str, Any], titles: Mapping[str, str] | None = None) -> str:
    """One reason in the reader's language."""
    figure = _t("Rows") if reason["figure"] == "rows" else (titles or {}).get(reason["figure"], reason["figure"])
    texts = {
        "below": _t("{figure}: {ours}, only {share} of the usual {usual}; held below {limit}."),
        "above": _t("{figure}: {ours}, {share} of the usual {usual}; held above {limit}."),
        "shrinks": _t("The file has {ours} rows; {usual} are there now."),
        "control": _t("{figure}: {ours}; the sender says {usual}."),
        "set_aside": _t("{ours} rows would be set aside, more than {limit}."),
        "repaired": _t("Repaired by hand; a second person must release it."),
    }
    whole = reason["figure"] in ("rows", "set_aside")
    numbers = {name: _number(reason.get(name), whole=whole) for name in ("ours", "usual", "limit")}
    share = percent(reason["ours"] / reason["usual"], 0) if reason.get("usual") else ""
    return texts[reason["code"]].format(figure=figure, share=share, **numbers)


def _number(value: object, *, whole: bool) -> str:
    """Rows are whole, sums as they are."""
    if not isinstance(value, int | float):
        return ""
    return f"{value:,.0f}" if whole or float(value).is_integer() else f"{value:,.2f}"


def expected_day(definition: Definition) -> date:
    """The business day for which a load without days of its own counts: the last one that should be there by now."""
    now = timezone.now()
    day = business_day(definition, now) - timedelta(days=1)
    for back in range(400):
        if expected(definition, day - timedelta(days=back)):
            return day - timedelta(days=back)
    return day
