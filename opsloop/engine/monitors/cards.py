"""工作台: what is wrong and who has it; and what waits for the owner of an alert."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Person
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import visible
from opsloop.base.policy.standing import standings
from opsloop.engine.monitors.lists import late, position_titles
from opsloop.engine.monitors.models import Alert
from opsloop.engine.monitors.transitions import ALIVE
from opsloop.engine.monitors.words import Severity, State
from opsloop.ui.cards import Card, card
from opsloop.ui.waiting import Waiting, waits

MOST = 5


@card("monitors.wrong", order=5, see="monitors")
def wrong(person: Person) -> Card | None:
    """The gravest alerts that are not closed, each with a name beside it; nothing when nothing is wrong."""
    rows = list(
        visible(person, Alert).filter(state__in=ALIVE).select_related("monitor", "acknowledged_by")
        .order_by("severity", "-opened_at")[: MOST + 1]
    )  # fmt: skip
    if not rows:
        return None
    titles = position_titles()
    lines = [
        {
            "alert": row,
            "owner": titles.get(row.owner, row.owner),
            "person": row.acknowledged_by.name if row.acknowledged_by else "",
            "late": late(row),
        }
        for row in rows[:MOST]
    ]
    return Card(
        title=_("What is wrong, and who has it"), template="monitors/card.html",
        context={"lines": lines, "more": len(rows) > MOST}, url="/monitors/?alive=1",
    )  # fmt: skip


@waits("monitors.mine")
def mine(person: Person) -> Iterable[Waiting]:
    """Alerts of one's positions: to be acknowledged, then to be closed with a cause."""
    positions = {one.position for one in standings(person)}
    if not positions or not can(person, "monitors.acknowledge"):
        return
    rows = visible(person, Alert).filter(owner__in=positions, state__in=(State.OPEN, State.ACKNOWLEDGED))
    for row in rows.order_by("due_at")[:50]:
        if row.state == State.ACKNOWLEDGED and row.acknowledged_by_id != person.pk:
            continue
        yield Waiting(
            title=row.title,
            kind=_("Alert to acknowledge") if row.state == State.OPEN else _("Alert to close"),
            url=row.get_absolute_url(),
            since=row.opened_at,
            due=row.due_at if row.state == State.OPEN else None,
            tone="red" if row.severity == Severity.CRITICAL or late(row) else "orange",
        )
