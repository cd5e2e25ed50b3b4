"""Who is told what of readings: readers when they open and before they are due, their superiors when it is late."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Refused, act
from opsloop.base.acts.registry import When
from opsloop.base.acts.sentences import shown_moment
from opsloop.base.inbox.api import tell
from opsloop.base.people.models import Person
from opsloop.base.things.errors import Text
from opsloop.base.things.texts import say
from opsloop.engine.readings import queries
from opsloop.engine.readings.models import Duty, State

GIVEN, DUE, LATE, STUCK, URGED = (f"readings.{word}" for word in ("given", "due", "late", "stuck", "urged"))
HOME = "/readings/"


def in_state(*states: State) -> When:
    """A `when` that wants the reading in one of these states."""

    def when(one: Duty) -> Text | None:
        return None if one.state in states else _("The reading is not in a state for this.")

    return when


def tell_reader(duty: Duty, kind: str, title: Text, body: Text = "") -> None:
    tell(duty.person, kind, title, body, link=duty.get_absolute_url(), about=duty)


def tell_superiors(duty: Duty, kind: str, title: Text, body: Text = "") -> None:
    tell(queries.superiors(duty), kind, title, body, link=duty.get_absolute_url(), about=duty)


def tell_opened(person: Person, opened: Sequence[Duty]) -> None:
    """One line for all that open together; what is urgent has its own."""
    for one in opened:
        if one.urgent:
            tell_reader(one, GIVEN, say(_("Urgent, to be read today or tomorrow: {what}"), what=one))
    calm = [one for one in opened if not one.urgent]
    if len(calm) == 1:
        at = shown_moment(calm[0].due_at) if calm[0].due_at else ""
        tell_reader(calm[0], GIVEN, say(_("To be read by {at}: {what}"), what=calm[0], at=at))
    elif calm:
        titles = "\n".join(str(one) for one in calm)
        tell(person, GIVEN, say(_("{n} documents are to be read"), n=len(calm)), titles, link=HOME)


@act(
    "readings.remind", _("Remind of a reading"), done=_("{duty} was called to mind"), when=in_state(State.OPEN),
    doors=frozenset(),
)  # fmt: skip
def remind(duty: Duty, *, by: Person) -> Duty:
    """Tell its reader that the limit is near; once."""
    if duty.reminded:
        raise Refused(_t("The reader was reminded already."))
    duty.reminded = True
    duty.save()
    at = shown_moment(duty.due_at) if duty.due_at else ""
    tell_reader(duty, DUE, say(_("Not read yet, due {at}: {what}"), what=duty, at=at))
    return duty


@act(
    "readings.tell_late", _("Tell that a reading is overdue"), done=_("{duty} was told to be overdue"),
    when=in_state(State.OPEN), doors=frozenset(),
)  # fmt: skip
def tell_late(duty: Duty, *, by: Person) -> Duty:
    """Tell its reader and who leads them; once. Refused before the limit has passed."""
    if duty.told_late or duty.due_at is None or duty.due_at > timezone.now():
        raise Refused(_t("It is not overdue."))
    duty.told_late = duty.reminded = True
    duty.save()
    tell_reader(duty, LATE, say(_("Overdue, not read: {what}"), what=duty))
    tell_superiors(duty, LATE, say(_("{who} has not read in time: {what}"), what=duty, who=duty.person))
    return duty
