"""The start page: work in cases, approvals, what one started and what was copied to one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import sees
from opsloop.engine.cases.alerts import alerts_of
from opsloop.engine.cases.lists import standing, told
from opsloop.engine.cases.pages.starting import startable
from opsloop.engine.cases.reading import DECIDING, copied_to, open_work, started_by
from opsloop.ui.offers import Offer, offers
from opsloop.ui.waiting import Lane, Waiting, waits

MOST = 40


@waits("cases.work")
def work(person: Person) -> Iterator[Waiting]:
    """Mine and what I may take: approvals in their own lane."""
    if sees(person, "cases") is None:
        return
    rows = list(_rows(open_work(person).order_by("due", "pk")))
    of = alerts_of([one.case_id for one in rows])
    for one in rows:
        decides = one.kind in DECIDING and one.owner_id is None
        over = one.due is not None and one.due < timezone.now()
        yield Waiting(
            title=f"{one.step} · {one.case.title}", kind=_t("Overdue") if over else one.sort,
            url=f"/cases/{one.case_id}/?item={one.no}", since=one.opened or timezone.now(), due=one.due,
            asked_by=one.sop_title, tone="red" if over else "purple" if decides else "blue",
            side=False, lane=Lane.APPROVE if decides else Lane.DO, instead=of.get(one.case_id, ""),
        )  # fmt: skip


@waits("cases.started")
def begun(person: Person) -> Iterator[Waiting]:
    """Where what I began stands, and who has it."""
    if sees(person, "cases") is None:
        return
    rows: list[Any] = list(
        started_by(person).select_related("edition").defer("edition__definition").order_by("-pk")[:MOST]
    )
    standing(rows)
    for row in rows:
        late = row.next_due is not None and row.next_due < timezone.now()
        yield Waiting(
            title=row.title, kind=_t("Overdue") if late else row.here or row.get_status_display(),
            url=row.get_absolute_url(), since=row.started or timezone.now(), asked_by=row.who, due=row.next_due,
            tone="red" if late else "blue", side=False, lane=Lane.STARTED,
        )  # fmt: skip


@waits("cases.copied")
def copied(person: Person) -> Iterator[Waiting]:
    """Copies not marked as read."""
    for one in _rows(copied_to(person).order_by("-pk")):
        yield Waiting(
            title=one.case.title, kind=_t("For information"), url=f"/cases/{one.case_id}/", tone="secondary",
            since=one.opened or timezone.now(), asked_by=one.case.initiator.name, side=False, lane=Lane.COPIED,
        )  # fmt: skip


def _rows(rows: Any) -> Iterable[Any]:
    found = list(rows.select_related("case__edition", "case__initiator").defer("case__edition__definition")[:MOST])
    told(found)
    return found


@offers("cases.start")
def to_start(person: Person, words: str) -> Iterator[Offer]:
    """SOPs that the person may start, by a part of their titles."""
    for row in startable(person):
        if words in f"{row.name} {row.ident}".lower():
            yield Offer(_t("Start: {name}").format(name=row.name), f"/cases/start/{row.ident}/")
