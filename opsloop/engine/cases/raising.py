"""Rules of an SOP that make findings (改进项): each once for a case, when its condition holds and its title is known.

At the end of the case the title is what is known by then. The finding is raised by a job, with the right of the robot:
who finishes a step need not be somebody who may raise findings.
"""

from __future__ import annotations

from collections.abc import Mapping

from opsloop.base.jobs.api import enqueue
from opsloop.engine.cases import casevalues
from opsloop.engine.cases.models import LIVE, Case
from opsloop.engine.cases.naming import PLACE
from opsloop.engine.cases.program import Program
from opsloop.engine.sops.definition import SopFile

TASK = "cases.raise"


def look(case: Case, file: SopFile, program: Program, values: Mapping[str, object], status: str) -> None:
    """Inside the act, before the case is saved."""
    over = status not in LIVE
    for number, rule in enumerate(program.raises):
        if number in case.raised or not rule(values):
            continue
        names = PLACE.findall(file.raises[number].title)
        if over or all(values.get(one) not in (None, "") for one in names):
            case.raised = [*case.raised, number]
            enqueue(TASK, {"case": case.pk, "rule": number}, key=f"case-raise:{case.pk}:{number}", behalf=None)


def title(file: SopFile, number: int, values: Mapping[str, object]) -> str:
    """With the fields in their places; what is personal stays in the case."""
    kinds = {one.id: one for one in file.fields if not one.personal}

    def shown(name: str) -> str:
        return casevalues.shown(kinds[name], values.get(name)) if name in kinds else ""

    return " ".join(PLACE.sub(lambda found: shown(found.group(1)), file.raises[number].title).split())
