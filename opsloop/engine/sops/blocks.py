"""The blocks that the steps of an SOP are made of. Nested blocks make a tree, so that no drawing can get stuck.

Limits (`within`) are mappings: level id -> text, under "*" what holds for every level. Conditions are texts of the
language in `expressions`. Who does something is the id of a position, or `field:x`, the person in that field.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Annotated

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from opsloop.base.calendar.limits import wrong_limit
from opsloop.base.kinds.says import Says
from opsloop.base.kinds.shares import wrong_share
from opsloop.engine.sops.saying import ID, TITLE, WHEN, WHO, limit_says, wrong_name
from opsloop.engine.sops.words import From, How, May, Needs

WITHIN = limit_says(_("Time limit"), _("Working or natural time; one for each level where levels differ."))
WARN = Says(
    label=pgettext_lazy("sop", "Warn at"),
    check=wrong_share,
    help=_("Share of the limit that has gone by."),
    example="80%",
)
SEPARATE = Says(
    label=_("Not by whoever did"), help=_("Ids of steps: nobody does both (separation of hands)."), example="[apply]"
)
INNER = Says(label=_("Steps"))
LIMIT = Says(
    label=_("Authority limit"), check=wrong_name,
    help=_("A limit of positions: the amount is given only as far as it was approved, or by the doer's own."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A field on the form of a step, and what may be done with it. Written alone it must be filled in."""

    short = "field"
    field: Annotated[
        str, Says(label=_("Field"), key=True, help=_("A field of the case, or subject.x."), example="subject.budget")
    ]
    may: Annotated[May, Says(label=_("Right"))] = May.NEED


@dataclass(frozen=True, slots=True)
class Again:
    """A further telling when still nothing is done. at: share of the limit that has gone by."""

    at: Annotated[str, Says(label=pgettext_lazy("sop", "At"), check=wrong_share, example="150%")]
    notify: Annotated[str, Says(label=_("Tell"), ref=WHO)]


@dataclass(frozen=True, slots=True)
class OnOverdue:
    """Who is told when a limit is over."""

    notify: Annotated[str, Says(label=_("Tell"), ref=WHO)]
    again: Annotated[tuple[Again, ...], Says(label=_("Then"))] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """Work that one position does and one is accountable for."""

    id: Annotated[str, ID]
    title: Annotated[str, TITLE]
    do: Annotated[str, Says(label=pgettext_lazy("sop", "Done by"), ref=WHO, example="operations-specialist")] = ""
    accountable: Annotated[str, Says(label=_("Accountable"), ref=WHO, help=_("Left out: the SOP's owner."))] = ""
    consult: Annotated[tuple[str, ...], Says(label=_("Consulted"), ref=WHO)] = ()
    inform: Annotated[tuple[str, ...], Says(label=_("Informed"), ref=WHO)] = ()
    within: Annotated[dict[str, str], WITHIN] = field(default_factory=dict)
    counts_from: Annotated[From, Says(label=_("The limit counts"))] = From.OPENED
    warn: Annotated[str, WARN] = "80%"
    on_overdue: Annotated[OnOverdue | None, Says(label=_("When it is overdue"))] = None
    form: Annotated[tuple[Asked, ...], Says(label=_("Form"), help=_("Fields of the case, or subject.x."))] = ()
    evidence: Annotated[tuple[str, ...], Says(label=pgettext_lazy("sop", "Evidence"), text=True)] = ()
    checklist: Annotated[tuple[str, ...], Says(label=_("Checklist"), text=True)] = ()
    act: Annotated[str, Says(label=_("Act"), ref="act", help=_("What is done in the system when it is finished."))] = ""
    with_: Annotated[dict[str, str], Says(label=_("With"), help=_("Values that the act gets."))] = field(
        default_factory=dict
    )
    call: Annotated[str, Says(label=_("Sub-case"), ref="sop", help=_("The SOP that is run for it."))] = ""
    until: Annotated[
        str, Says(label=pgettext_lazy("sop", "Until"), help=_("A moment or a condition."), example="subject.window.end")
    ] = ""
    not_same_as: Annotated[tuple[str, ...], SEPARATE] = ()
    reading: Annotated[
        bool, Says(label=_("Must have read"), help=_("Only who has read the version in force does it."))
    ] = False
    mistakes: Annotated[tuple[str, ...], Says(label=_("Usual mistakes"), text=True)] = ()
    amount: Annotated[str, Says(label=_("Amount"), help=_("What authority limits are compared with."))] = ""
    limit: Annotated[str, LIMIT] = ""


@dataclass(frozen=True, slots=True)
class Approver:
    """One who decides. limit: the authority limit of the position that the amount must not exceed."""

    by: Annotated[str, Says(label=_("Approver"), ref=WHO, key=True, example="operations-manager")]
    when: Annotated[str, WHEN] = ""
    limit: Annotated[
        str, Says(label=_("Authority limit"), check=wrong_name, help=_("A limit of positions."), example="compensation")
    ] = ""


@dataclass(frozen=True, slots=True)
class Approve:
    """A decision by one or several."""

    marks = "approve"
    id: Annotated[str, ID]
    title: Annotated[str, TITLE]
    approve: Annotated[tuple[Approver, ...], Says(label=_("Approvers"), min=1)]
    how: Annotated[How, Says(label=_("How they decide"))] = How.IN_TURN
    at_least: Annotated[int | None, Says(label=pgettext_lazy("sop", "At least"), min=1, max=50)] = None
    veto: Annotated[bool, Says(label=_("One veto"), help=_("One refusal refuses it."))] = True
    amount: Annotated[str, Says(label=_("Amount"), help=_("What authority limits are compared with."))] = ""
    within: Annotated[dict[str, str], WITHIN] = field(default_factory=dict)
    counts_from: Annotated[From, Says(label=_("The limit counts"))] = From.OPENED
    warn: Annotated[str, WARN] = "80%"
    on_overdue: Annotated[OnOverdue | None, Says(label=_("When it is overdue"))] = None
    on_reject: Annotated[
        str, Says(label=_("When refused, back to"), help=_("A step before; left out: the beginning."))
    ] = ""
    not_same_as: Annotated[tuple[str, ...], SEPARATE] = ()
    accountable: Annotated[str, Says(label=_("Accountable"), ref=WHO)] = ""
    consult: Annotated[tuple[str, ...], Says(label=_("Consulted"), ref=WHO)] = ()
    inform: Annotated[tuple[str, ...], Says(label=_("Informed"), ref=WHO)] = ()
    form: Annotated[tuple[Asked, ...], Says(label=_("Form"))] = ()
    evidence: Annotated[tuple[str, ...], Says(label=pgettext_lazy("sop", "Evidence"), text=True)] = ()
    checklist: Annotated[tuple[str, ...], Says(label=_("Checklist"), text=True)] = ()
    act: Annotated[str, Says(label=_("Act"), ref="act")] = ""
    with_: Annotated[dict[str, str], Says(label=_("With"))] = field(default_factory=dict)
    reading: Annotated[bool, Says(label=_("Must have read"))] = False
    mistakes: Annotated[tuple[str, ...], Says(label=_("Usual mistakes"), text=True)] = ()


@dataclass(frozen=True, slots=True)
class Branch:
    """One way of a parallel or a choose block."""

    title: Annotated[str, TITLE] = ""
    when: Annotated[str, WHEN] = ""
    steps: Annotated[tuple[Block, ...], INNER] = ()


@dataclass(frozen=True, slots=True)
class Otherwise:
    """The last way of a choose block, written among the others."""

    marks = "otherwise"
    otherwise: Annotated[tuple[Block, ...], INNER]
    title: Annotated[str, TITLE] = ""


@dataclass(frozen=True, slots=True)
class Parallel:
    """Branches that run beside each other; one with a condition that is false is left out."""

    marks = "parallel"
    parallel: Annotated[tuple[Branch, ...], Says(label=_("Branches"))]
    id: Annotated[str, ID] = ""
    title: Annotated[str, TITLE] = ""
    needs: Annotated[Needs, Says(label=pgettext_lazy("sop", "Over"))] = Needs.ALL


@dataclass(frozen=True, slots=True)
class Choose:
    """The first branch whose condition holds, else `otherwise`."""

    marks = "choose"
    choose: Annotated[tuple[Branch | Otherwise, ...], Says(label=_("Branches"))]
    id: Annotated[str, ID] = ""
    title: Annotated[str, TITLE] = ""
    otherwise: Annotated[tuple[Block, ...], Says(label=_("Otherwise"))] = ()

    @property
    def ways(self) -> tuple[Branch, ...]:
        """The branches with a condition, in their order."""
        return tuple(one for one in self.choose if isinstance(one, Branch))

    @property
    def rest(self) -> tuple[Block, ...]:
        """What is done when no condition holds, wherever it is written."""
        inside = next((one.otherwise for one in self.choose if isinstance(one, Otherwise)), ())
        return self.otherwise or inside


@dataclass(frozen=True, slots=True)
class ForEach:
    """The same steps for each row of a list, beside each other."""

    marks = "for_each"
    for_each: Annotated[str, Says(label=_("For each row of"), example="products")]
    steps: Annotated[tuple[Block, ...], INNER]
    as_: Annotated[str, Says(label=_("The row is called"), check=wrong_name, example="product")] = "row"
    id: Annotated[str, ID] = ""
    title: Annotated[str, TITLE] = ""


@dataclass(frozen=True, slots=True)
class RepeatUntil:
    """Steps that come again until the condition holds at their end."""

    marks = "repeat_until"
    repeat_until: Annotated[str, Says(label=_("Repeat until"), example="result is 合格")]
    steps: Annotated[tuple[Block, ...], INNER]
    at_most: Annotated[int, Says(label=_("At most times"), min=1, max=1000)] = 100
    id: Annotated[str, ID] = ""
    title: Annotated[str, TITLE] = ""


@dataclass(frozen=True, slots=True)
class Wait:
    """Nobody has anything to do: for a time, until a moment or a condition, or for a message from outside."""

    id: Annotated[str, ID]
    title: Annotated[str, TITLE]
    wait: Annotated[str, Says(label=_("Wait for"), check=wrong_limit, example="3 working days")] = ""
    until: Annotated[str, Says(label=pgettext_lazy("sop", "Until"), example="subject.window.end")] = ""
    message: Annotated[str, Says(label=_("Message"), help=_("The key of what arrives from outside."))] = ""

    @staticmethod
    def fits(keys: AbstractSet[str]) -> bool:
        """A step may have `until` too, but then it says more."""
        return bool(keys & {"wait", "message"}) or ("until" in keys and keys <= {"id", "title", "until"})


@dataclass(frozen=True, slots=True)
class Notify:
    """Tells positions something and goes on."""

    marks = "notify"
    id: Annotated[str, ID]
    title: Annotated[str, TITLE]
    notify: Annotated[tuple[str, ...], Says(label=_("Tell"), ref=WHO, min=1)]
    say: Annotated[str, Says(label=_("Message text"), help=_("The id of one of the messages."))] = ""


@dataclass(frozen=True, slots=True)
class Call:
    """Runs another SOP and goes on when it is done. A step with a doer may call one as well."""

    id: Annotated[str, ID]
    title: Annotated[str, TITLE]
    call: Annotated[str, Says(label=pgettext_lazy("sop", "SOP"), ref="sop", example="content-publishing")]
    with_: Annotated[dict[str, str], Says(label=_("With"), help=_("Field of the sub-case: expression."))] = field(
        default_factory=dict
    )
    within: Annotated[dict[str, str], WITHIN] = field(default_factory=dict)

    @staticmethod
    def fits(keys: AbstractSet[str]) -> bool:
        """A step that calls has a doer and more."""
        return "call" in keys and keys <= {"id", "title", "call", "with", "within"}


Block = Step | Approve | Parallel | Choose | ForEach | RepeatUntil | Wait | Notify | Call
Task = Step | Approve
"""What people have to do."""
