"""What who does it does: accept, promise, finish, decline, hand over."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Forbidden, Reason, Refused, act, happened_at, warn
from opsloop.base.acts.sentences import shown_moment
from opsloop.base.people.models import Person
from opsloop.base.people.posts import department_of
from opsloop.engine.assignments.actions.telling import GIVEN, in_state, must_do, tell_asker, tell_doers
from opsloop.engine.assignments.keepers import keeper_of
from opsloop.engine.assignments.models import RUNNING, Assignment, State
from opsloop.engine.assignments.whose import staff

Promise = Annotated[datetime, Arg(label=_("Promised by when"))]
Successor = Annotated[Person, Arg(label=_("To whom"), pick=staff)]
Word = Annotated[str, Arg(label=_("What came of it"), help=_("A word is enough."), max=2000, long=True)]


@act("assignments.accept", _("Accept"), done=_("{by} accepted {assignment}"), when=in_state(State.OPEN))
def accept(
    assignment: Assignment,
    *,
    by: Person,
    promised_at: Annotated[
        datetime | None, Arg(label=_("Promised by when"), help=_("Only if it is another moment than was asked."))
    ] = None,
) -> Assignment:
    """Take it on, for the moment that was asked or another one. Whoever holds its post may take it on."""
    must_do(assignment, by)
    _take(assignment, by)
    if (keeper := keeper_of(assignment)) is not None:
        keeper.accepted(assignment, by)
    said = {"name": by.name, "title": assignment.title}
    if promised_at is not None:
        _promise(assignment, promised_at)
        text = _t("{name} takes on {title}, for {at}").format(at=shown_moment(promised_at), **said)
    else:
        text = _t("{name} takes on {title}").format(**said)
    assignment.save()
    tell_asker(assignment, text)
    return assignment


@act(
    "assignments.promise", _("Promise another day"), done=_("{by} promised {assignment} for {promised_at}: {reason}"),
    when=in_state(State.ACCEPTED),
)  # fmt: skip
def promise(assignment: Assignment, *, by: Person, promised_at: Promise, reason: Reason) -> Assignment:
    """Say early that it will be another moment; who asked is told, and how often it moved is counted."""
    must_do(assignment, by)
    _promise(assignment, promised_at)
    assignment.moved += 1
    assignment.save()
    said = {"title": assignment.title, "at": shown_moment(promised_at), "reason": reason[:120]}
    tell_asker(assignment, _t("{title} is now promised for {at}: {reason}").format(**said))
    return assignment


@act("assignments.done", _("Finish"), done=_("{by} finished {assignment}"), when=in_state(*RUNNING))
def done(assignment: Assignment, *, by: Person, word: Word = "") -> Assignment:
    """Finished; who asked and who is kept informed are told with the word."""
    must_do(assignment, by)
    _take(assignment, by)
    if (keeper := keeper_of(assignment)) is not None:
        keeper.finished(assignment, by, word)
    assignment.state, assignment.word, assignment.done_at = State.DONE, word, happened_at()
    assignment.save()
    said = _t("{name} has finished {title}").format(name=by.name, title=assignment.title)
    tell_asker(assignment, f"{said}: {word[:120]}" if word else said)
    return assignment


@act("assignments.decline", _("Decline"), done=_("{by} declined {assignment}: {reason}"), when=in_state(State.OPEN))
def decline(assignment: Assignment, *, by: Person, reason: Reason) -> Assignment:
    """Say why it cannot be done here; it goes back to who asked."""
    must_do(assignment, by)
    if (keeper := keeper_of(assignment)) is not None:
        keeper.declined(assignment, by)
    assignment.state, assignment.reason = State.DECLINED, reason
    assignment.save()
    said = {"name": by.name, "title": assignment.title, "reason": reason[:120]}
    tell_asker(assignment, _t("{name} declined {title}: {reason}").format(**said))
    return assignment


@act(
    "assignments.hand_over", _("Hand over"), done=_("{by} handed {assignment} over to {to}: {reason}"),
    when=in_state(*RUNNING),
)  # fmt: skip
def hand_over(assignment: Assignment, *, by: Person, to: Successor, reason: Reason) -> Assignment:
    """转交: somebody else does it. By who does it, or by who asked, as when its doer has left."""
    if by.pk != assignment.asked_by_id:
        must_do(assignment, by)
    if to.pk == assignment.doer_id:
        raise Refused(_t("This person has it already."), field="to")
    if to.pk == assignment.asked_by_id and by.pk != to.pk:
        raise Forbidden(_t("To give it back to who asked, decline it."))
    if (keeper := keeper_of(assignment)) is not None:
        keeper.handed(assignment, to)
    assignment.doer, assignment.department = to, department_of(to)
    assignment.state, assignment.accepted_at, assignment.promised_at = State.OPEN, None, None
    assignment.save()
    said = {"name": by.name, "title": assignment.title, "to": to.name}
    tell_doers(assignment, GIVEN, _t("{name} hands over to you: {title}").format(**said))
    tell_asker(assignment, _t("{name} handed {title} over to {to}").format(**said))
    return assignment


def _take(one: Assignment, by: Person) -> None:
    if one.doer_id is None:
        one.doer, one.department = by, department_of(by)
    if one.state == State.OPEN:
        one.state, one.accepted_at = State.ACCEPTED, happened_at()


def _promise(one: Assignment, at: datetime) -> None:
    """Put down the promise. Later than was asked needs a reason, which the ledger keeps."""
    if at <= timezone.now():
        raise Refused(_t("This moment is over."), field="promised_at")
    if at > one.due_at:
        warn("later-than-asked", _t("This is later than was asked ({at}).").format(at=shown_moment(one.due_at)))
    one.promised_at, one.told_late = at, False
