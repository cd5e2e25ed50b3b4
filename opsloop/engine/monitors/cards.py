"""工作台: what is wrong and who has it; and what waits for the owner of an alert, each cause one line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from opsloop.base.inbox.api import holders
from opsloop.base.people import posts
from opsloop.base.people.models import Holding, Person
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import visible
from opsloop.base.policy.standing import standings
from opsloop.base.things.texts import listed
from opsloop.engine.monitors.lists import late
from opsloop.engine.monitors.models import Alert
from opsloop.engine.monitors.transitions import ALIVE
from opsloop.engine.monitors.words import Severity, State
from opsloop.ui.cards import Card, card
from opsloop.ui.waiting import Waiting, waits

MOST = 5


@card("monitors.wrong", order=5, see="monitors")
def wrong(person: Person) -> Card | None:
    """The gravest alerts that others have, each with a name beside it; one's own stand in one's own list."""
    own = waiting_for(person).values("pk")
    rows = list(
        visible(person, Alert).filter(state__in=ALIVE).exclude(pk__in=own)
        .select_related("monitor", "acknowledged_by", "assignment__doer").order_by("severity", "-opened_at")[: MOST + 1]
    )  # fmt: skip
    if not rows:
        return None
    titles = posts.titles()
    lines: list[dict[str, Any]] = [
        {
            "alert": row, "owner": titles.get(row.owner, row.owner), "person": row.has_it, "late": late(row),
            "holders": listed(one.name for one in holders(row.owner)),
        }
        for row in rows[:MOST]
    ]  # fmt: skip
    return Card(
        title=_("What is wrong, and who has it"), template="monitors/card.html",
        context={"lines": lines, "more": len(rows) > MOST}, url="/monitors/?alive=1",
    )  # fmt: skip


@waits("monitors.mine")
def mine(person: Person) -> Iterable[Waiting]:
    """Alerts of one's posts: to be acknowledged, then to be closed with a cause. Its assignment has no line beside."""
    for row in waiting_for(person).select_related("assignment").order_by("due_at")[:50]:
        is_open = row.state == State.OPEN
        limit = row.assignment.limit_at if row.assignment is not None else None
        yield Waiting(
            title=f"{row.headline} · {row.days}",
            kind=_("Alert to acknowledge") if is_open else _("Alert to close"),
            url=row.get_absolute_url(),
            since=row.opened_at,
            due=row.due_at if is_open else limit,
            tone="red" if row.severity == Severity.CRITICAL or late(row) else "orange",
            act="monitors.acknowledge" if is_open else "monitors.close",
            on=row,
        )


def waiting_for(person: Person) -> QuerySet[Alert]:
    """What this person has, or may take on for a post: held, held for who is away, or vacant below theirs."""
    if not can(person, "monitors.acknowledge"):
        return Alert.objects.none()
    mine = standings(person)
    whose = {person.pk, *(one.behalf_id for one in mine if one.behalf_id is not None)}
    rows = visible(person, Alert).filter(state__in=(State.OPEN, State.ACKNOWLEDGED))
    posts = {one.position for one in mine}
    others = set(rows.exclude(owner__in=posts).values_list("owner", flat=True))
    posts |= fallen_to(person, others)
    return rows.filter(Q(assignment__doer__in=whose) | Q(assignment__doer=None, owner__in=posts))


def fallen_to(person: Person, posts: set[str]) -> set[str]:
    """Of these posts those that nobody holds and that therefore are this person's, up the line of reports."""
    if not posts:
        return set()
    held = set(Holding.objects.at().filter(position__code__in=posts).values_list("position__code", flat=True))
    return {code for code in posts - held if person.pk in {one.pk for one in holders(code)}}
