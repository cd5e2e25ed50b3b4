"""Assignments that stand behind a thing of another app: an alert, later a case. They are taken and finished with it.

In the other app, inside an act of its own:

    one = give_kept(by=by, title=…, due_at=…, position=…, about=alert, keeper="monitors")

and once, in its listeners.py, `keep("monitors", AlertKeeper())`. The app tells the people, shows the line on the start
page, and says through its keeper what becomes of the thing when somebody uses the assignment's own acts.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from django.utils import timezone

from opsloop.base.acts import happened_at
from opsloop.base.acts.about import also_about
from opsloop.base.links.actions import bind
from opsloop.base.people.models import Person, Position
from opsloop.base.people.posts import department_of
from opsloop.base.things.models import Thing
from opsloop.engine.assignments.models import RUNNING, Assignment, State

ABOUT = "follows-from"


class Keeper(Protocol):
    """What the thing's app does inside the assignment's act; each may raise Refused."""

    def accepted(self, one: Assignment, by: Person) -> None: ...

    def finished(self, one: Assignment, by: Person, word: str) -> None: ...

    def declined(self, one: Assignment, by: Person) -> None: ...

    def handed(self, one: Assignment, to: Person) -> None: ...


_keepers: dict[str, Keeper] = {}


def keep(name: str, keeper: Keeper) -> None:
    """Register the keeper of the assignments that are given with this name."""
    _keepers[name] = keeper


def keeper_of(one: Assignment) -> Keeper | None:
    """Raises LookupError for a keeper whose app is gone."""
    return _keepers[one.kept_by] if one.kept_by else None


def give_kept(
    *,
    by: Person,
    title: str,
    due_at: datetime,
    position: Position,
    about: Thing,
    keeper: str,
    note: str = "",
    tells_late: bool = True,
) -> Assignment:
    """Inside an act of the thing's app, under its permission and in its entry: the post has something to do.

    Nobody is told: the app does that; with tells_late=False it tells of lateness too, and nobody is told twice.
    Raises LookupError for a keeper that nobody registered.
    """
    if keeper not in _keepers:
        raise LookupError(keeper)
    one = Assignment(
        title=title[:200], note=note, position=position, asked_by=by, asked_at=timezone.now(), due_at=due_at,
        kept_by=keeper, told_late=not tells_late,
    )  # fmt: skip
    one.save()
    also_about(one)
    bind(one, ABOUT, about, by=by)
    return one


def take(pk: int | None, by: Person) -> None:
    """Inside the act by which somebody takes the thing on: it is theirs now."""
    if (one := _running(pk)) is not None:
        one.doer, one.department = by, department_of(by)
        one.state, one.accepted_at = State.ACCEPTED, one.accepted_at or happened_at()
        one.save()


def finish(pk: int | None, by: Person, word: str) -> None:
    """Inside the act that ends the thing: done by whoever ended it."""
    if (one := _running(pk)) is not None:
        if one.doer_id is None:
            one.doer, one.department = by, department_of(by)
        one.state, one.word, one.done_at = State.DONE, word[:2000], happened_at()
        one.save()


def drop(pk: int | None, reason: str) -> None:
    """Inside the act by which the thing ended by itself: nothing is left to be done."""
    if (one := _running(pk)) is not None:
        one.state, one.reason = State.WITHDRAWN, reason[:2000]
        one.save()


def give_back(pk: int | None) -> None:
    """To the post: who had it works here no more."""
    if (one := _running(pk)) is not None:
        one.doer = one.department = one.accepted_at = one.promised_at = None
        one.state = State.OPEN
        one.save()


def _running(pk: int | None) -> Assignment | None:
    """Read anew, because the act may hold an older instance."""
    one = Assignment.objects.filter(pk=pk, state__in=RUNNING).first() if pk is not None else None
    if one is not None:
        also_about(one)
    return one
