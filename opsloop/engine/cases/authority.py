"""Authority as data: what a person may give by the limits of their positions, with what was given before.

A limit has measures. `each`: one case, together with other cases of the same key within `split_days` (7 where none is
named), so that a request cut in pieces counts as one. `per_day`, `per_week`, `per_month`, `per_quarter`, `per_year`,
`per_30d`: what this person gave, in the calendar's day, week and so on, or in so many days. `per_customer_30d`: what
whoever gave in cases of the same key or about the same subject. Of one case the greatest amount counts, however many
agreed to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from opsloop.base.people.models import Person
from opsloop.base.policy.measures import DAYS, EACH, SPLIT_DAYS
from opsloop.base.policy.standing import standings
from opsloop.engine.cases.models import Case, Vote

SPLIT = 7
"""Days in which cases of the same key count as one request, where the limit names none."""

Given = Callable[[datetime], Decimal]
"""What was given since a moment."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of a limit: what may be given by it at most, and what was given beside this case."""

    name: str
    most: Decimal
    given: Decimal

    @property
    def left(self) -> Decimal:
        return max(self.most - self.given, Decimal(0))


def covers(case: Case, person: int, name: str, amount: Decimal, now: datetime) -> bool:
    """By one of their own positions; a position without the limit, or without `each`, covers nothing.

    A substitute is asked for with the one whom they stand in for.
    """
    return amount.is_finite() and any(fits(amount, one) for one in allowed(case, person, name, now))


def allowed(case: Case, person: int, name: str, now: datetime) -> Iterator[tuple[Measure, ...]]:
    """The measures of this limit in each of their own positions that has it."""
    for one in standings(Person.objects.get(pk=person)):
        if one.behalf_id is None and name in one.limits:
            yield measures(one.limits[name], now, partial(_of_person, case, person, name), partial(_of_key, case, name))


def fits(amount: Decimal, found: Sequence[Measure]) -> bool:
    """Does the amount stay within every measure? Where there is none it is never given."""
    return bool(found) and all(amount + one.given <= one.most for one in found)


def granted(case: Case, name: str) -> Decimal:
    """The greatest amount that was given in this case and still counts."""
    found = _given(name).filter(case=case).aggregate(most=Max("amount"))["most"]
    return found or Decimal(0)


def measures(limit: Mapping[str, Any], now: datetime, of_person: Given, of_key: Given) -> tuple[Measure, ...]:
    """With what was given before, by this person and in cases of this key; none where `each` is missing. Pure."""
    if EACH not in limit:
        return ()
    split = timedelta(days=int(limit.get(SPLIT_DAYS, SPLIT)))
    before = {measure: _before(measure, now, of_person, of_key) for measure in limit}
    before[EACH] = of_key(now - split)
    return tuple(
        Measure(measure, Decimal(str(limit[measure])), given) for measure, given in before.items() if given is not None
    )


def _before(measure: str, now: datetime, of_person: Given, of_key: Given) -> Decimal | None:
    """What counts beside this case, None where the measure is none of amounts given."""
    found = DAYS.fullmatch(measure)
    if found is not None:
        since = now - timedelta(days=int(found["days"]))
        return of_key(since) if found["who"] else of_person(since)
    begun = _begun(measure, now)
    return of_person(begun) if begun is not None else None


def _begun(measure: str, now: datetime) -> datetime | None:
    """When the present day, week, month, quarter or year began, as the company's clock has it."""
    day = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    match measure:
        case "per_day":
            return day
        case "per_week":
            return day - timedelta(days=day.weekday())
        case "per_month":
            return day.replace(day=1)
        case "per_quarter":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case "per_year":
            return day.replace(month=1, day=1)
        case _:
            return None


def _given(name: str) -> QuerySet[Vote]:
    return Vote.objects.filter(authority=name, yes=True, void=False)


def _of_person(case: Case, person: int, name: str, since: datetime) -> Decimal:
    mine = Q(behalf_id=person) | Q(behalf=None, by_id=person)
    return _sum(_given(name).filter(mine, at__gte=since).exclude(case_id=case.pk))


def _of_key(case: Case, name: str, since: datetime) -> Decimal:
    same = Q(case__key=case.key) if case.key else Q(pk=None)
    if case.subject_id is not None:
        same |= Q(case__subject_type=case.subject_type, case__subject_id=case.subject_id)
    return _sum(_given(name).filter(same, at__gte=since).exclude(case_id=case.pk))


def _sum(rows: QuerySet[Vote]) -> Decimal:
    most = rows.order_by().values("case_id").annotate(most=Max("amount")).values_list("most", flat=True)
    return sum((one for one in most if one is not None), Decimal(0))
