"""The kind `sop`: a YAML head that machines read, and a Markdown body with one section for each step.

What runs stays on its version. `walk` knows the tree of blocks, `expressions` the conditions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from opsloop.base.calendar.limits import wrong_limit
from opsloop.base.kinds.registry import Binding, kind
from opsloop.base.kinds.says import Prose, Says
from opsloop.data.metrics.durations import wrong_duration
from opsloop.engine.sops.blocks import (
    Again,
    Approve,
    Approver,
    Asked,
    Block,
    Branch,
    Call,
    Choose,
    ForEach,
    Notify,
    OnOverdue,
    Otherwise,
    Parallel,
    RepeatUntil,
    Step,
    Task,
    Wait,
)  # fmt: skip
from opsloop.engine.sops.checks import check_sop
from opsloop.engine.sops.compiled import compile_sops, translate_sops
from opsloop.engine.sops.saying import ID, TITLE, WHO, limit_says, wrong_name
from opsloop.engine.sops.words import FieldType, How, Withdraw

__all__ = [
    "Again", "Approve", "Approver", "Asked", "Block", "Branch", "Call", "CaseField", "Choose", "ExceptionCase",
    "ForEach", "How", "Level", "Message", "Notify", "OnCancel", "OnOverdue", "Otherwise", "Parallel", "Question",
    "Quiz", "Raise", "RepeatUntil", "SopFile", "Start", "Step", "Task", "Wait",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Level:
    """How grave a case is. The last one listed whose condition holds counts; it only rises by itself."""

    id: Annotated[str, ID]
    title: Annotated[str, TITLE]
    when: Annotated[
        str, Says(label=pgettext_lazy("sop", "When"), help=_("Left out: the level that a case begins with."))
    ] = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list field."""

    id: Annotated[str, Says(label=pgettext_lazy("sop", "Id"), key=True, check=wrong_name)]
    title: Annotated[str, TITLE]
    type: Annotated[FieldType, Says(label=_("Type"))] = FieldType.TEXT
    options: Annotated[tuple[str, ...], Says(label=_("Options"), text=True)] = ()


@dataclass(frozen=True, slots=True)
class CaseField:
    """A value that the case carries."""

    id: Annotated[str, Says(label=pgettext_lazy("sop", "Id"), key=True, check=wrong_name, example="amount")]
    title: Annotated[str, TITLE]
    type: Annotated[FieldType, Says(label=_("Type"))] = FieldType.TEXT
    options: Annotated[tuple[str, ...], Says(label=_("Options"), text=True)] = ()
    required: Annotated[bool, Says(label=_("Needed"))] = False
    personal: Annotated[
        bool, Says(label=_("Personal"), help=_("Of a person outside: masked, and erased on demand."))
    ] = False
    help: Annotated[str, Says(label=pgettext_lazy("sop", "Note"), text=True)] = ""
    columns: Annotated[tuple[Column, ...], Says(label=pgettext_lazy("sop", "Columns"))] = ()


LATE_AFTER = "2 hours"
"""Of SOPs that do not say it; the same as for acts outside of SOPs."""


@dataclass(frozen=True, slots=True)
class Start:
    """Who begins a case, with what, and what it is called."""

    by: Annotated[tuple[str, ...], Says(label=_("Started by"), ref="position", help=_("Left out: anyone."))] = ()
    form: Annotated[tuple[Asked, ...], Says(label=_("Form"))] = ()
    act: Annotated[str, Says(label=_("Act"), ref="act")] = ""
    title: Annotated[
        str, Says(label=_("Title of the case"), text=True, help=_("Fields stand in braces."), example="{customer}投诉")
    ] = ""
    key: Annotated[
        tuple[str, ...], Says(label=_("Business key"), help=_("Fields by which the same case is recognised."))
    ] = ()
    happened: Annotated[
        str, Says(label=_("When it happened"), help=_("The field with the moment from which limits may count."))
    ] = ""
    late_after: Annotated[
        str,
        Says(
            label=_("Late entry after"),
            check=wrong_limit,
            help=_("Then a reason is needed. Left out: 2 hours."),
            example="2 hours",
        ),
    ] = ""

    @property
    def late_limit(self) -> str:
        """What is entered longer after it happened is a late entry (补录): needs a reason, and auditors look at it."""
        return self.late_after or LATE_AFTER


@dataclass(frozen=True, slots=True)
class OnCancel:
    """Who may cancel a case, and the message that is sent then."""

    by: Annotated[tuple[str, ...], Says(label=_("Cancelled by"), ref=WHO)] = ()
    say: Annotated[str, Says(label=_("Message text"))] = ""


@dataclass(frozen=True, slots=True)
class ExceptionCase:
    """例外: what may come up, and the way then."""

    title: Annotated[str, Says(label=_("Exception"), text=True, key=True)]
    what: Annotated[str, Says(label=pgettext_lazy("sop", "What to do"), text=True, long=True)]


@dataclass(frozen=True, slots=True)
class Message:
    """话术: what is said or written, with fields in braces."""

    id: Annotated[str, ID]
    title: Annotated[str, TITLE]
    text: Annotated[str, Says(label=_("Text"), text=True, long=True)]


@dataclass(frozen=True, slots=True)
class Raise:
    """A rule that makes a finding (改进项)."""

    when: Annotated[str, Says(label=pgettext_lazy("sop", "When"), example="level is major")]
    title: Annotated[str, Says(label=_("Finding"), text=True, key=True)]


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the quiz."""

    ask: Annotated[str, Says(label=_("Question"), text=True, key=True)]
    options: Annotated[tuple[str, ...], Says(label=_("Options"), text=True)]
    right: Annotated[str, Says(label=_("Right answer"), text=True)]
    why: Annotated[str, Says(label=pgettext_lazy("sop", "Why"), text=True, long=True)] = ""


@dataclass(frozen=True, slots=True)
class Quiz:
    """What readers are asked after reading; who has exactly `pass` percent has passed."""

    questions: Annotated[tuple[Question, ...], Says(label=_("Questions"))]
    pass_: Annotated[int, Says(label=_("Pass mark %"), min=1, max=100)] = 80
    tries: Annotated[int, Says(label=_("Tries"), min=1, max=20)] = 3


@kind(
    "sop", folder="sops", form="markdown", binding=Binding.PINNED, title=pgettext_lazy("sop", "SOP"), plural=_("SOPs"),
    check=check_sop, compile=compile_sops, translate=translate_sops, awaited=True,
    about=_("A procedure: who does which step by when, with which form and evidence, and the way of exceptions."),
)  # fmt: skip
@dataclass(frozen=True, slots=True)
class SopFile:
    """A procedure: who does which step by when, with which form and evidence, and the way of exceptions."""

    title: Annotated[str, Says(label=_("Title"), text=True, example="活动策划与执行")]
    owner: Annotated[str, Says(label=pgettext_lazy("sop", "Owner"), ref="position", example="operations-manager")]
    steps: Annotated[tuple[Block, ...], Says(label=_("Steps"))]
    purpose: Annotated[str, Says(label=pgettext_lazy("sop", "Purpose"), text=True, long=True)] = ""
    scope: Annotated[str, Says(label=_("Applies to"), text=True, long=True)] = ""
    about: Annotated[str, Says(label=pgettext_lazy("sop", "Subject"), ref="noun", help=_("What a case is about."))] = ""
    short: Annotated[bool, Says(label=_("Short form"), help=_("Without sections and usual mistakes (精简版)."))] = False
    review_every: Annotated[str, Says(label=_("Review every"), example="6 months", check=wrong_duration)] = ""
    measures: Annotated[tuple[str, ...], Says(label=_("Measured by"), ref="metric")] = ()
    risks: Annotated[tuple[str, ...], Says(label=_("Risks"), text=True)] = ()
    calendar: Annotated[
        str,
        Says(label=_("Calendar"), ref="department", help=_("Whose working time counts; left out: that of the doer.")),
    ] = ""
    levels: Annotated[tuple[Level, ...], Says(label=_("Levels"), help=_("From the lowest to the highest."))] = ()
    fields: Annotated[tuple[CaseField, ...], Says(label=_("Fields"))] = ()
    start: Annotated[Start, Says(label=_("Start"))] = field(default_factory=Start)
    limit: Annotated[dict[str, str], limit_says(_("Total limit"), _("For the whole case."), "10 working days")] = field(
        default_factory=dict
    )
    on_cancel: Annotated[OnCancel, Says(label=_("Cancelling"))] = field(default_factory=OnCancel)
    withdraw: Annotated[Withdraw, Says(label=pgettext_lazy("sop", "Taken back"))] = Withdraw.UNTIL_ACTED
    exceptions: Annotated[tuple[ExceptionCase, ...], Says(label=_("Exceptions"))] = ()
    messages: Annotated[tuple[Message, ...], Says(label=_("Message texts"))] = ()
    raises: Annotated[tuple[Raise, ...], Says(label=_("Findings raised"))] = ()
    quiz: Annotated[Quiz | None, Says(label=_("Quiz"))] = None
    body: Annotated[Prose, Says(label=_("Description"), text=True, long=True)] = field(default_factory=Prose)
