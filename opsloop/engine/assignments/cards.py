"""The start page: my assignments in due order, what I gave and what is copied to me, and one line to give a new one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Person
from opsloop.base.policy.rules import can
from opsloop.engine.assignments.models import RUNNING, Assignment, State
from opsloop.engine.assignments.queries import copied_to, given_by, to_do
from opsloop.ui.cards import Card, card
from opsloop.ui.waiting import Lane, Waiting, waits

MOST = 50
NEWS = timedelta(days=3)


@card("assignments.line", order=10, see="assignments", side=True)
def one_line(person: Person) -> Card | None:
    """A box for one line: who, what, by when."""
    if not can(person, "assignments.give"):
        return None
    return Card(title=_("Give an assignment"), template="assignments/card.html", url="/assignments/")


@waits("assignments.todo")
def mine(person: Person) -> Iterator[Waiting]:
    """Those that stand behind a thing of another app have their line from that app."""
    for one in to_do(person).filter(kept_by="")[:MOST]:
        taken = one.state == State.ACCEPTED
        yield _line(one, _t("Assignment") if taken else _t("To be accepted"), Lane.DO, one.asked_by.name)


@waits("assignments.given")
def given(person: Person) -> Iterator[Waiting]:
    """What is not done yet, overdue ones in red, and what came back declined."""
    for one in given_by(person).filter(state__in=(*RUNNING, State.DECLINED)).order_by("limit")[:MOST]:
        yield _line(one, _t("Overdue") if one.is_late else one.get_state_display(), Lane.STARTED, one.whose)


@waits("assignments.copied")
def copied(person: Person) -> Iterator[Waiting]:
    """What runs, and for three days what is done."""
    rows = copied_to(person).order_by("limit")
    fresh = rows.filter(state__in=RUNNING) | rows.filter(done_at__gt=timezone.now() - NEWS)
    for one in fresh[:MOST]:
        yield _line(one, one.get_state_display(), Lane.COPIED, one.whose)


def _line(one: Assignment, kind: str, lane: Lane, who: str) -> Waiting:
    tone = "red" if one.is_late else "orange" if one.state == State.OPEN else "blue"
    running = one.state in RUNNING
    return Waiting(
        title=one.name, kind=kind, url=one.get_absolute_url(), since=one.asked_at, asked_by=who,
        due=one.limit_at if running else None, tone=tone if running else "secondary", lane=lane,
    )  # fmt: skip
