"""What a reader does: confirm, or answer the questions and confirm by passing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Forbidden, Refused, act, happened_at
from opsloop.base.people.models import Person
from opsloop.base.things.texts import say
from opsloop.engine.readings import quiz as quizzes
from opsloop.engine.readings.actions.telling import STUCK, in_state, tell_superiors
from opsloop.engine.readings.models import WAITING, Duty, QuizTry, State
from opsloop.engine.readings.shelf import quiz_of


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """The option chosen for a question, both by the names that the reader's own page gives them."""

    question: Annotated[str, Arg(label=_("Question"), max=16)]
    option: Annotated[str, Arg(label=_("Answer"), max=16)]


@act("readings.confirm", _("I have read it"), done=_("{by} has read {duty}"), when=in_state(*WAITING))
def confirm(duty: Duty, *, by: Person) -> Duty:
    """Only the reader confirms, nobody for them; refused where the version brings questions, which are answered."""
    _must_be_mine(duty, by)
    if quiz_of(duty.kind, duty.ident, duty.number) is not None:
        raise Refused(_t("This version brings questions; answering them confirms that you have read it."))
    _read(duty)
    duty.save()
    return duty


@act(
    "readings.answer", _("Answer the questions"), done=_("{by} answered the questions about {duty}"),
    when=in_state(*WAITING), doors=frozenset({"api"}),
)  # fmt: skip
def answer(duty: Duty, *, by: Person, answers: Annotated[list[AnswerRow], Arg(label=_("Answers"))]) -> Duty:
    """One try. Passing confirms the reading; after the last try who leads the reader is told and may allow another.

    Refused, and not counted, while a question is left out.
    """
    _must_be_mine(duty, by)
    quiz = quiz_of(duty.kind, duty.ident, duty.number)
    if quiz is None:
        raise Refused(_t("This version brings no questions."))
    left = quiz.tries + duty.more_tries - duty.tries
    if left <= 0:
        raise Refused(_t("All tries are used up; who leads you may allow another one."))
    try:
        result = quizzes.mark(quiz, duty.pk, {row.question: row.option for row in answers})
    except quizzes.Incomplete:
        raise Refused(_t("Answer every question."), field="answers") from None
    duty.tries += 1
    QuizTry(
        duty=duty, number=duty.tries, at=timezone.now(), right=result.right, asked=result.asked, passed=result.passed,
        answers=list(result.chosen),
    ).save()  # fmt: skip
    if result.passed:
        _read(duty)
    elif left == 1:
        title = say(_("{who} has used up all tries: {what}"), what=duty, who=duty.person)
        tell_superiors(duty, STUCK, title, _("Talk it over with them, then allow another try."))
    duty.save()
    return duty


def _must_be_mine(duty: Duty, by: Person) -> None:
    if duty.person_id != by.pk:
        raise Forbidden(_t("Only who has to read it can confirm it."))


def _read(duty: Duty) -> None:
    duty.state, duty.done_at = State.DONE, happened_at()
