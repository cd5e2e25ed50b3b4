"""The start page: work in cases, approvals, what one started and what was copied to one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import sees
from opsloop.base.things.errors import Text
from opsloop.engine.cases.alerts import alerts_of
from opsloop.engine.cases.lists import standing, told
from opsloop.engine.cases.pages.starting import startable
from opsloop.engine.cases.reading import DECIDED, copied_to, open_work, started_by
from opsloop.ui.offers import Offer, offers
from opsloop.ui.waiting import Lane, Waiting, Whole, waits

MOST = 40


@waits("cases.work")
def work(person: Person) -> Iterator[Waiting]:
    """Mine and what I may take: approvals in their own lane."""
    if sees(person, "cases") is None:
        return
    mine = open_work(person).order_by("due", "pk")
    to_do, to_decide = (_some(mine.filter(which)) for which in (~DECIDED, DECIDED))
    told([*to_do[0], *to_decide[0]])
    of = alerts_of([one.case_id for rows, _n in (to_do, to_decide) for one in rows])
    yield from _work(*to_do, of, Lane.DO, ("/cases/todo/?do=1", _("My work in cases")))
    yield from _work(*to_decide, of, Lane.APPROVE, ("/cases/approvals/", _("Approvals in cases")))


def _work(
    rows: list[Any], n: int, of: Mapping[int, str], lane: Lane, everything: tuple[str, Text]
) -> Iterator[Waiting]:
    for one in rows:
        over = one.due is not None and one.due < timezone.now()
        yield Waiting(
            title=f"{one.step} · {one.case.title}", kind=_t("Overdue") if over else one.sort,
            url=f"/cases/{one.case_id}/?item={one.no}", since=one.opened or timezone.now(), due=one.due,
            asked_by=one.sop_title, tone="red" if over else "purple" if lane is Lane.APPROVE else "blue",
            side=False, lane=lane, instead=of.get(one.case_id, ""), whole=Whole(*everything, n),
        )  # fmt: skip


@waits("cases.started")
def begun(person: Person) -> Iterator[Waiting]:
    """Where what I began stands, and who has it."""
    if sees(person, "cases") is None:
        return
    mine = started_by(person)
    rows: list[Any] = list(mine.select_related("edition").defer("edition__definition").order_by("-pk")[:MOST])
    n = len(rows) if len(rows) < MOST else mine.count()
    whole = Whole("/cases/started/?open=1", _("Cases that I began"), n)
    standing(rows)
    for row in rows:
        late = row.next_due is not None and row.next_due < timezone.now()
        yield Waiting(
            title=row.title, kind=_t("Overdue") if late else row.here or row.get_status_display(),
            url=row.get_absolute_url(), since=row.started or timezone.now(), asked_by=row.who, due=row.next_due,
            tone="red" if late else "blue", side=False, lane=Lane.STARTED, whole=whole,
        )  # fmt: skip


@waits("cases.copied")
def copied(person: Person) -> Iterator[Waiting]:
    """Copies not marked as read."""
    rows, _n = _some(copied_to(person).order_by("-pk"))
    told(rows)
    for one in rows:
        yield Waiting(
            title=one.case.title, kind=_t("For information"), url=f"/cases/{one.case_id}/", tone="secondary",
            since=one.opened or timezone.now(), asked_by=one.case.initiator.name, side=False, lane=Lane.COPIED,
        )  # fmt: skip


def _some(found: QuerySet[Any]) -> tuple[list[Any], int]:
    """The first ones, and how many there are."""
    rows = list(found.select_related("case__edition", "case__initiator").defer("case__edition__definition")[:MOST])
    return rows, len(rows) if len(rows) < MOST else found.count()


@offers("cases.start")
def to_start(person: Person, words: str) -> Iterator[Offer]:
    """SOPs that the person may start, by a part of their titles."""
    for row in startable(person):
        if words in f"{row.name} {row.ident}".lower():
            yield Offer(_t("Start: {name}").format(name=row.name), f"/cases/start/{row.ident}/")
