"""What the acts on cases have in common: their arguments and their states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg
from opsloop.base.people.models import Person
from opsloop.base.things.errors import Text
from opsloop.engine.assignments.whose import staff
from opsloop.engine.cases import building, casevalues
from opsloop.engine.cases.models import LIVE, Case

Item = Annotated[int, Arg(label=_("Work"), help=_("Its number within the case."), min=1)]
Word = Annotated[str, Arg(label=_("Remark"), max=2000, long=True)]
Colleague = Annotated[Person, Arg(label=_("To whom"), pick=staff)]


@dataclass(frozen=True)
class Filled:
    """A field that was filled in; days and numbers as they are written, lists as JSON."""

    field: Annotated[str, Arg(label=_("Field"), max=60)]
    value: Annotated[str, Arg(label=_("Value"), max=20_000, long=True)] = ""


@dataclass(frozen=True)
class Proof:
    """A file for one of the kinds of evidence that the step names."""

    name: Annotated[str, Arg(label=_("Proof"), max=200)]
    file: Annotated[int, Arg(label=_("Attachment"), min=1)]


@dataclass(frozen=True)
class Ticked:
    """A line of the checklist that is done."""

    line: Annotated[str, Arg(label=_("Line of the checklist"), max=500)]


Fields = Annotated[list[Filled], Arg(label=_("Fields"))]
Proofs = Annotated[list[Proof], Arg(label=_("Proof"))]
Ticks = Annotated[list[Ticked], Arg(label=_("Checklist"))]


def live(case: Case) -> Text | None:
    """A `when` that wants the case to run or stand still."""
    return None if case.status in LIVE else _("The case is over.")


def filled(case: Case, values: list[Filled] | None) -> dict[str, object]:
    """By the types of the case's fields. Raises Refused."""
    said = [(one.field, one.value) for one in values or [] if not one.field.startswith(building.SUBJECT)]
    return casevalues.read(building.of(case)[0], said)


def of_subject(values: list[Filled] | None) -> dict[str, str]:
    """What is written into fields of the subject, for the step's act."""
    mine = [one for one in values or [] if one.field.startswith(building.SUBJECT)]
    return {one.field.removeprefix(building.SUBJECT): one.value for one in mine}


def proofs(evidence: list[Proof] | None) -> dict[str, tuple[int, ...]]:
    """Files by the evidence that they are."""
    out: dict[str, tuple[int, ...]] = {}
    for one in evidence or []:
        out[one.name] = (*out.get(one.name, ()), one.file)
    return out


def handed_in(
    case: Case, values: list[Filled] | None, evidence: list[Proof] | None, ticked: list[Ticked] | None
) -> dict[str, Any]:
    """What a person brings to the end of a step or to an approval, as the commands take it. Raises Refused."""
    return {
        "values": filled(case, values), "subject": of_subject(values), "evidence": proofs(evidence),
        "ticked": frozenset(one.line for one in ticked or []),
    }  # fmt: skip
