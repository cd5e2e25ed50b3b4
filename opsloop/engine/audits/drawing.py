"""The sample: which cases there are to draw from, and which of them the seed draws."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random

from django.db.models import QuerySet
from django.utils import timezone

from opsloop.base.people.models import Department, Person
from opsloop.base.policy.scopes import visible
from opsloop.engine.cases.models import Case


def to_draw_from(by: Person, since: date, until: date, sop: str, department: Department | None) -> QuerySet[Case]:
    """Cases that this person sees and that were started on these days, both included, whatever became of them."""
    first, last = (timezone.make_aware(datetime.combine(day, time())) for day in (since, until + timedelta(days=1)))
    rows = visible(by, Case).filter(started__gte=first, started__lt=last)
    if sop:
        rows = rows.filter(sop=sop)
    if department is not None:
        rows = rows.filter(department__path__startswith=department.path)
    return rows.order_by("pk")


def draw(keys: Sequence[int], size: int, seed: int) -> list[int]:
    """`size` of the keys without repetition, all where there are fewer: Python's Mersenne Twister, seeded with the text
    of the seed, `sample` over the keys in ascending order. Anybody can draw it again from the list in the pack."""
    rng = Random(str(seed))  # noqa: S311  # a sample that can be drawn again, not a secret
    return rng.sample(sorted(keys), min(size, len(keys)))
