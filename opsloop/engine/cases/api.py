"""What other apps use of cases: the steps that somebody did in a time, and those that they have now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _t

from opsloop.base.people.models import Person
from opsloop.engine.cases.models import WorkItem
from opsloop.engine.cases.reading import WORK
from opsloop.engine.cases.translated import said_all, step_titles


@dataclass(frozen=True, slots=True)
class Step:
    """A step or an approval of a case. title: the step's and the case's, in the reader's language."""

    title: str
    sop: str
    url: str
    word: str
    due: datetime | None
    done: datetime | None


def done_between(person: Person, since: datetime, until: datetime) -> list[Step]:
    """What the person did by their own hand, for themselves or on behalf, in order; `until` does not belong to it.
    What was sent back afterwards stays done."""
    mine = WorkItem.objects.filter(by=person, kind__in=WORK, automatic=False, status__in=("done", "replaced"))
    return _steps(mine.filter(done__gte=since, done__lt=until).order_by("done", "pk"))


def in_hand(person: Person) -> list[Step]:
    """Open work that is theirs, the next limit first; what nobody has taken yet is nobody's."""
    mine = WorkItem.objects.filter(assignee=person, kind__in=WORK, status="open")
    return _steps(mine.order_by(F("due").asc(nulls_last=True), "pk"))


def _steps(found: QuerySet[WorkItem]) -> list[Step]:
    rows = list(found.select_related("case__edition").defer("case__edition__definition"))
    return list(_told(rows))


def _told(rows: list[WorkItem]) -> Iterable[Step]:
    files = said_all(one.case.edition for one in rows)
    for one in rows:
        file = files[one.case.edition_id]
        step = step_titles(file).get(one.node) or _t("Mend the request")
        url = f"/cases/{one.case_id}/"
        yield Step(f"{step} · {one.case.title}", file.title, url, one.comment, one.due, one.done)
