"""Differences wait on the start page of those who settle them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext as _n

from opsloop.base.people.models import Person
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import visible
from opsloop.base.policy.standing import standings
from opsloop.data.reconciliation.agreements import agreements
from opsloop.data.reconciliation.models import Control, State
from opsloop.ui.waiting import Waiting, waits


@waits("reconciliation.above")
def differences(person: Person) -> Iterable[Waiting]:
    """One line a source: to name the cause for its owner, to check for those who may and did not type the figure."""
    positions = {one.position for one in standings(person)}
    may_check = can(person, "reconciliation.check")
    rows: dict[str, list[Control]] = defaultdict(list)
    for row in visible(person, Control).filter(state__in=(State.OPEN, State.EXPLAINED)).order_by("-day")[:500]:
        rows[row.source].append(row)
    if not rows:
        return
    for one in agreements():
        mine = [
            row for row in rows.get(one.source, [])
            if (may_check and row.entered_by_id != person.pk)
            or (row.state == State.OPEN and one.owner in positions)
        ]  # fmt: skip
        if mine:
            text = _n("{source}: {n} day above the limit", "{source}: {n} days above the limit", len(mine))
            yield Waiting(
                title=text.format(source=one.title, n=len(mine)),
                kind=_("Reconciliation"),
                url=f"/reconciliation/{one.source}/?month={mine[0].day:%Y-%m}",
                since=min((row.entered_at for row in mine if row.entered_at), default=timezone.now()),
                tone="red",
                side=False,
            )
