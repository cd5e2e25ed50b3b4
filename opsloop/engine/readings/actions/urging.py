"""What who leads does: urge, and allow another try at the questions."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Forbidden, Reason, Refused, act
from opsloop.base.people.models import Person
from opsloop.base.things.errors import Text
from opsloop.base.things.texts import say
from opsloop.engine.readings.actions.telling import GIVEN, URGED, in_state, tell_reader
from opsloop.engine.readings.models import Duty, State
from opsloop.engine.readings.shelf import quiz_of

EVERY, MOST = timedelta(hours=24), 3
Word = Annotated[str, Arg(label=_("A word with it"), max=200)]


def _not_now(duty: Duty, by: Person) -> Text | None:
    """Why this reading cannot be urged by this person now."""
    if duty.state != State.OPEN:
        return _t("It is not open.")
    if duty.person_id == by.pk:
        return _t("This is yours to read.")
    if duty.urged >= MOST:
        return _t("It was urged three times already; talk to them.")
    if duty.urged_at is not None and timezone.now() - duty.urged_at < EVERY:
        return _t("It was urged within the last day.")
    return None


def _urge(duty: Duty, by: Person, note: str) -> None:
    duty.urged, duty.urged_at = duty.urged + 1, timezone.now()
    duty.save()
    tell_reader(duty, URGED, say(_("{who} asks you to read: {what}"), who=by, what=duty), note)


@act("readings.urge", _("Urge"), done=_("{by} urged {duty}"), when=in_state(State.OPEN))
def urge(duty: Duty, *, by: Person, note: Word = "") -> Duty:
    """Remind its reader in one's own name: once a day, three times at most."""
    if (no := _not_now(duty, by)) is not None:
        raise Refused(no)
    _urge(duty, by, note)
    return duty


@act("readings.urge_all", _("Urge"), done=_("{by} urged {n} readings"))
def urge_all(duties: list[Duty], *, by: Person, note: Word = "") -> list[Duty]:
    """Urge all of them that can be urged now; refused when none can."""
    fit = [one for one in duties if _not_now(one, by) is None]
    if not fit:
        raise Refused(_t("None of them can be urged now: read already, not open, yours, or urged within a day."))
    for one in fit:
        _urge(one, by, note)
    return fit


@act(
    "readings.allow_try", _("Allow another try"), done=_("{by} allowed another try at {duty}: {reason}"),
    when=in_state(State.OPEN),
)  # fmt: skip
def allow_try(duty: Duty, *, by: Person, reason: Reason) -> Duty:
    """One more try at the questions after all are used up. Never for oneself."""
    if duty.person_id == by.pk:
        raise Forbidden(_t("Nobody allows themselves another try."))
    quiz = quiz_of(duty.kind, duty.ident, duty.number)
    if quiz is None or duty.tries < quiz.tries + duty.more_tries:
        raise Refused(_t("There are tries left."))
    duty.more_tries += 1
    duty.save()
    tell_reader(duty, GIVEN, say(_("You may try the questions again: {what}"), what=duty))
    return duty
