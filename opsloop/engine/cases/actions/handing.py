"""Work changes hands; urging, copies and words."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, act
from opsloop.base.people.models import Person
from opsloop.engine.assignments.whose import staff
from opsloop.engine.cases.actions.shared import Colleague, Item, Word, live
from opsloop.engine.cases.carrying import carry
from opsloop.engine.cases.flow import commands as say
from opsloop.engine.cases.models import Case


@act("cases.hand_over", _("Hand over"), done=_("{by} handed work of {case} over to {to}"), when=live)
def hand_over(case: Case, *, by: Person, item: Item, to: Colleague, word: Word = "") -> Case:
    """Somebody else does it, for good."""
    carry(case, say.HandOver(item=item, by=by.pk, to=to.pk, comment=word))
    return case


@act("cases.delegate", _("Ask for help"), done=_("{by} asked {to} for help with {case}"), when=live)
def delegate(case: Case, *, by: Person, item: Item, to: Colleague, word: Word = "") -> Case:
    """It comes back to me."""
    carry(case, say.Delegate(item=item, by=by.pk, to=to.pk, comment=word))
    return case


@act("cases.give_back", _("Give back"), done=_("{by} gave work of {case} back: {word}"), when=live)
def give_back(case: Case, *, by: Person, item: Item, word: Word = "") -> Case:
    """What I was asked to help with, with a word; or take it back myself."""
    carry(case, say.GiveBack(item=item, by=by.pk, comment=word))
    return case


@act("cases.urge", _("Urge"), done=_("{by} urged {case}"), when=live)
def urge(case: Case, *, by: Person, item: Item, word: Word = "") -> Case:
    """At most every four hours, five times."""
    carry(case, say.Urge(item=item, by=by.pk, comment=word))
    return case


@act("cases.copy", _("Send a copy"), done=_("{by} sent copies of {case} to {people}"))
def copy(case: Case, *, by: Person, people: Annotated[list[Person], Arg(label=_("To whom"), pick=staff)]) -> Case:
    """They see it, and one sees whether they have read it."""
    carry(case, say.Copy(by=by.pk, people=tuple(one.pk for one in people)))
    return case


@act("cases.comment", _("Comment"), done=_("{by} said on {case}: {text}"))
def comment(
    case: Case,
    *,
    by: Person,
    text: Annotated[str, Arg(label=_("Comment"), min=1, max=2000, long=True)],
    mentions: Annotated[list[Person] | None, Arg(label=_("Who is told"), pick=staff)] = None,
) -> Case:
    """A word that moves nothing."""
    carry(case, say.Comment(by=by.pk, text=text, mentions=tuple(one.pk for one in mentions or [])))
    return case
