"""The start page: SOPs that wait for the review of this person's position, late ones at who leads it too."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _t
from django.utils.translation import pgettext

from opsloop.base.people.models import Person
from opsloop.base.policy.rules import can
from opsloop.engine.assignments.api import closing
from opsloop.engine.sops.models import Review, ReviewState
from opsloop.engine.sops.reviewing import Part, part_of
from opsloop.engine.sops.telling import DUE
from opsloop.ui.waiting import Waiting, waits

APART = 3
"""So many have a line each; more have one line together, since they are a list to go through."""


@waits("sops.reviews")
def reviews(person: Person) -> Iterator[Waiting]:
    """What is to be reviewed, with the button that says it stands as it is."""
    rows = waiting_for(person)
    if len(rows) > APART:
        first = min(rows, key=lambda one: one.limit_on)
        text = _t("{n} SOPs are to be reviewed").format(n=len(rows))
        yield _line(first, text, DUE)
        return
    for one in rows:
        yield _line(one, one.sop.name, one.sop.get_absolute_url(), act="sops.confirm")


def waiting_for(person: Person) -> list[Review]:
    """Open reviews that are this person's to do."""
    if not can(person, "sops.confirm"):
        return []
    rows = Review.objects.filter(state=ReviewState.OPEN).select_related("sop").order_by("limit_on", "pk")
    parts = {owner: part_of(person, owner) for owner in {one.sop.owner for one in rows}}
    return [one for one in rows if _is_for(one, parts[one.sop.owner])]


def _is_for(one: Review, part: Part | None) -> bool:
    """Who leads the owner sees what is late."""
    return part is Part.OWNS or (part is Part.LEADS and one.is_late)


def _line(one: Review, title: str, url: str, act: str = "") -> Waiting:
    return Waiting(
        title=title, kind=pgettext("sop", "Review"), url=url, since=one.asked_at, due=closing(one.limit_on, None),
        side=False, tone="red" if one.is_late else "orange", act=act, on=one.sop if act else None,
    )  # fmt: skip
