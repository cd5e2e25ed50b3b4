"""Who is told what of an assignment, and the rules that its acts share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Forbidden, Refused, act
from opsloop.base.acts.registry import When
from opsloop.base.inbox.api import tell
from opsloop.base.people.models import Person
from opsloop.base.things.errors import Text
from opsloop.engine.assignments.models import RUNNING, Assignment, Copied, State, Task
from opsloop.engine.assignments.whose import doers, holds

GIVEN, MOVED, LATE = "assignments.given", "assignments.moved", "assignments.late"
PAST = timedelta(minutes=1)


def in_state(*states: State) -> When:
    """A `when` that wants the assignment in one of these states."""

    def when(one: Assignment) -> Text | None:
        return None if one.state in states else _("The assignment is not in a state for this.")

    return when


def must_ask(one: Task, by: Person) -> None:
    """Raises Forbidden for anybody but who asked."""
    if one.asked_by_id != by.pk:
        raise Forbidden(_t("Only who gave it decides this."))


def must_do(one: Assignment, by: Person) -> None:
    """Raises Forbidden for anybody but the doer, or a holder of the post while nobody has taken it."""
    if one.doer_id != by.pk and (one.doer_id is not None or not holds(by, one)):
        raise Forbidden(_t("Only who does it decides this."))


def tell_doers(one: Assignment, kind: str, said: Text) -> None:
    tell(doers(one), kind, said, link=one.get_absolute_url(), about=one)


def tell_asker(one: Assignment, said: Text, kind: str = MOVED) -> None:
    """Who asked and who is kept informed."""
    people = [one.asked_by, *(copy.person for copy in one.copies.select_related("person"))]
    tell(people, kind, said, link=one.get_absolute_url(), about=one)


def keep_informed(one: Assignment, people: Iterable[Person], by: Person) -> list[Person]:
    """Put down who gets a copy; who asks or does it needs none."""
    wanted = {person.pk: person for person in people if person.pk not in (by.pk, one.doer_id)}
    for person in wanted.values():
        Copied(assignment=one, person=person).save()
    return list(wanted.values())


@act(
    "assignments.tell_late",
    _("Tell that an assignment is overdue"),
    done=_("{assignment} was told to be overdue"),
    when=in_state(*RUNNING),
    doors=frozenset(),
)
def tell_late(assignment: Assignment, *, by: Person) -> Assignment:
    """Tell who does it and who asked, once for each limit. Refused before the limit has passed."""
    if assignment.told_late or assignment.limit_at > timezone.now() + PAST:
        raise Refused(_t("It is not overdue."))
    assignment.told_late = True
    assignment.save()
    tell_doers(assignment, LATE, _t("Overdue: {title}").format(title=assignment.title))
    whose = {"title": assignment.title, "who": assignment.whose}
    tell_asker(assignment, _t("Overdue at {who}: {title}").format(**whose), LATE)
    return assignment
