"""上次在这一步: what those who did the same step before in other cases had to say, without naming these cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import visible
from opsloop.engine.cases.models import Case, WorkItem

MOST = 3


@dataclass(frozen=True, slots=True)
class Noted:
    """One word at a step."""

    at: datetime
    who: str
    text: str


def noted(case: Case, node: str, person: Person) -> list[Noted]:
    """The newest words at this step of this SOP, in finished work of other cases that the person may see."""
    others = visible(person, Case).filter(sop=case.sop).exclude(pk=case.pk)
    rows = (
        WorkItem.objects.filter(case__in=others.values("pk"), node=node, status="done", done__isnull=False)
        .exclude(comment="")
        .select_related("by")
        .order_by("-done")[:MOST]
    )
    return [Noted(one.done, one.by.name if one.by else "", one.comment) for one in rows if one.done is not None]
