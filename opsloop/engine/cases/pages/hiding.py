"""Which fields of a case somebody does not see: those that a step hides which is theirs now, or which they may take."""

from __future__ import annotations

from collections.abc import Iterable

from opsloop.base.people.models import Person
from opsloop.engine.cases import building
from opsloop.engine.cases.manners import May
from opsloop.engine.cases.models import Case
from opsloop.engine.cases.program import Approve, Program, Step
from opsloop.engine.cases.reading import open_work


def hidden_at(program: Program, nodes: Iterable[str]) -> frozenset[str]:
    """By any of these steps."""
    blocks = (program.blocks.get(one) for one in nodes)
    forms = (one.form for one in blocks if isinstance(one, Step | Approve))
    return frozenset(entry.field for form in forms for entry in form if entry.may == May.HIDDEN)


def hidden_from(person: Person, cases: Iterable[Case]) -> dict[int, frozenset[str]]:
    """The same for several cases, by their keys, with one query."""
    programs = {one.pk: building.program(one.edition) for one in cases}
    nodes: dict[int, set[str]] = {}
    for case, node in open_work(person).filter(case__in=list(programs)).values_list("case_id", "node"):
        nodes.setdefault(case, set()).add(node)
    return {pk: hidden_at(program, nodes.get(pk, ())) for pk, program in programs.items()}
