"""What waits: what is open or promised for analysts, what came for askers, consent for the keeper of the law."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.base.people.models import Person
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import visible
from opsloop.data.requests.models import Request, State
from opsloop.ui.waiting import Lane, Waiting, waits

MOST = 50


@waits("requests.mine")
def to_do(person: Person) -> Iterator[Waiting]:
    """In at most two queries."""
    wanted = Q(state=State.DELIVERED, asked_by=person) | Q(state=State.ACCEPTED, owner=person)
    if can(person, "requests.accept"):
        wanted |= Q(state=State.OPEN) & ~Q(personal=True, agreed_by=None)
    if can(person, "requests.agree"):
        wanted |= Q(state=State.OPEN, personal=True, agreed_by=None) & ~Q(asked_by=person)
    rows = visible(person, Request).filter(wanted).select_related("asked_by").order_by("wanted_on")
    for one in rows[:MOST]:
        yield Waiting(
            title=one.title, kind=_word(one), url=one.get_absolute_url(), since=one.asked_at,
            due=_due(one), asked_by=one.asked_by.name, tone="orange" if one.is_late else "blue",
            lane=_lane(one),
        )  # fmt: skip


def _lane(request: Request) -> Lane:
    if request.state == State.OPEN and request.personal and request.agreed_by_id is None:
        return Lane.APPROVE
    return Lane.DO


def _word(request: Request) -> str:
    if request.state == State.DELIVERED:
        return _t("Figures have come")
    if request.personal and request.agreed_by_id is None:
        return _t("Agree to personal data")
    return _t("Data request")


def _due(request: Request) -> datetime | None:
    """The evening of its day; what was delivered waits without limit."""
    if request.state == State.DELIVERED:
        return None
    return timezone.make_aware(datetime.combine(request.due_on, time(18, 0)))
