"""What who asks does: give, change, urge, send back, withdraw."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Reason, Refused, act
from opsloop.base.acts.about import also_about, resolve
from opsloop.base.acts.sentences import shown_moment
from opsloop.base.inbox.api import tell
from opsloop.base.links.actions import bind
from opsloop.base.people.models import Person, Position
from opsloop.base.people.posts import department_of
from opsloop.engine.assignments.actions.telling import GIVEN, MOVED, in_state, keep_informed, must_ask, tell_doers
from opsloop.engine.assignments.keepers import ABOUT
from opsloop.engine.assignments.models import RUNNING, Assignment, State
from opsloop.engine.assignments.whose import staff

URGE_EVERY, URGE_MOST = timedelta(hours=4), 5

Doer = Annotated[Person | None, Arg(label=_("Who does it"), pick=staff)]
Post = Annotated[Position | None, Arg(label=_("or a post"), help=_("Whoever holds the post takes it on."))]
What = Annotated[str, Arg(label=_("The task"), min=2, max=200)]
ByWhen = Annotated[datetime, Arg(label=_("By when"))]
More = Annotated[str, Arg(label=_("More about it"), max=4000, long=True)]
Copies = Annotated[list[Person] | None, Arg(label=_("Keep informed"), pick=staff)]
About = Annotated[str, Arg(label=_("What it is about"), max=80, ref=True)]


@act("assignments.give", _("Give an assignment"), done=_("{by} gave an assignment: {result}"))
def give(
    *,
    by: Person,
    title: What,
    due_at: ByWhen,
    doer: Doer = None,
    position: Post = None,
    note: More = "",
    copies: Copies = None,
    about: About = "",
) -> Assignment:
    """Give somebody, a post or oneself something to do. Refused for nobody, for both, and for a moment that is over.

    about: the thing that it follows from, which is then linked both ways.
    """
    if (doer is None) == (position is None):
        raise Refused(_t("Say who does it: a person or a post."), field="doer")
    now = timezone.now()
    if due_at <= now:
        raise Refused(_t("This moment is over."), field="due_at")
    own = doer is not None and doer.pk == by.pk
    one = Assignment(
        title=title, note=note, doer=doer, position=position, asked_by=by, asked_at=now, due_at=due_at,
        department=department_of(doer) if doer else position.department if position else None,
        state=State.ACCEPTED if own else State.OPEN, accepted_at=now if own else None,
    )  # fmt: skip
    one.save()
    informed = keep_informed(one, copies or [], by)
    if about:
        thing = resolve(by, about, field="about")
        also_about(thing)
        bind(one, ABOUT, thing, by=by)
    said = {"name": by.name, "title": title, "at": shown_moment(due_at)}
    tell_doers(one, GIVEN, _t("{name} gives you: {title} (by {at})").format(**said))
    for person in informed:
        _inform(one, person, said)
    return one


def _inform(one: Assignment, person: Person, said: dict[str, str]) -> None:
    title = _t("For your information: {title} ({name}, by {at})").format(**said)
    tell(person, MOVED, title, link=one.get_absolute_url(), about=one)


@act(
    "assignments.change", _("Change what was asked"), done=_("{by} changed {assignment}: {reason}"),
    when=in_state(*RUNNING),
)  # fmt: skip
def change(
    assignment: Assignment, *, by: Person, reason: Reason, title: What, due_at: ByWhen, note: More = ""
) -> Assignment:
    """Who asked changes words or limit; an earlier promise falls with a changed limit."""
    must_ask(assignment, by)
    if due_at != assignment.due_at:
        if due_at <= timezone.now():
            raise Refused(_t("This moment is over."), field="due_at")
        assignment.due_at, assignment.promised_at, assignment.told_late = due_at, None, False
    assignment.title, assignment.note = title, note
    assignment.save()
    said = {"name": by.name, "title": title, "at": shown_moment(due_at)}
    tell_doers(assignment, MOVED, _t("{name} changed: {title} (by {at})").format(**said))
    return assignment


@act("assignments.urge", _("Urge"), done=_("{by} urged {assignment}"), when=in_state(*RUNNING))
def urge(
    assignment: Assignment, *, by: Person, note: Annotated[str, Arg(label=_("A word with it"), max=200)] = ""
) -> Assignment:
    """催办. At most once in four hours and five times in all; who keeps being urged should be asked instead."""
    must_ask(assignment, by)
    now = timezone.now()
    if assignment.urged >= URGE_MOST:
        raise Refused(_t("It was urged five times. Speak with who does it, or hand it to somebody else."))
    if assignment.urged_at is not None and now - assignment.urged_at < URGE_EVERY:
        raise Refused(_t("It was urged less than four hours ago."))
    assignment.urged, assignment.urged_at = assignment.urged + 1, now
    assignment.save()
    said = _t("{name} asks after: {title}").format(name=by.name, title=assignment.title)
    tell_doers(assignment, GIVEN, f"{said} ({note})" if note else said)
    return assignment


@act(
    "assignments.reopen",
    _("Send back"),
    done=_("{by} sent {assignment} back: {reason}"),
    when=in_state(State.DONE, State.DECLINED),
)
def reopen(assignment: Assignment, *, by: Person, reason: Reason, due_at: ByWhen) -> Assignment:
    """It is not done yet, or is asked once more with other words; with a new limit."""
    must_ask(assignment, by)
    if due_at <= timezone.now():
        raise Refused(_t("This moment is over."), field="due_at")
    assignment.state = State.ACCEPTED if assignment.state == State.DONE else State.OPEN
    assignment.due_at, assignment.promised_at, assignment.done_at = due_at, None, None
    assignment.reason, assignment.told_late = reason, False
    assignment.save()
    said = {"title": assignment.title, "reason": reason[:120]}
    tell_doers(assignment, GIVEN, _t("{title} came back: {reason}").format(**said))
    return assignment


@act("assignments.withdraw", _("Withdraw"), done=_("{by} withdrew {assignment}: {reason}"), when=in_state(*RUNNING))
def withdraw(assignment: Assignment, *, by: Person, reason: Reason) -> Assignment:
    """It is not needed any more."""
    must_ask(assignment, by)
    assignment.state, assignment.reason = State.WITHDRAWN, reason
    assignment.save()
    tell_doers(assignment, MOVED, _t("Not needed any more: {title}").format(title=assignment.title))
    return assignment
