"""A small book for tests of readings: two positions that Chen and Lin hold, published by acts as people do."""

from __future__ import annotations

from typing import Any

from opsloop.base.kinds.readers import Question, Quiz
from opsloop.base.people.models import Person
from opsloop.base.testing import Cast
from opsloop.engine.readings import jobs
from opsloop.engine.readings.models import WAITING, Duty
from opsloop.playbook import queries
from opsloop.playbook.actions import propose, publish
from opsloop.playbook.changes import LineRow
from opsloop.playbook.models import Publication
from opsloop.playbook.store import keep

TITLE = "title: 试用标准\nlanguage: zh-Hans\n"
MANAGER = """---
title: 运营经理
department: operations
may: [playbook.draft, playbook.propose, playbook.publish, readings.*]
sees: {"*": all}
---
## 岗位目的
让运营每天有数。
"""
SPECIALIST = """---
title: 运营专员
reports_to: operations-manager
department: operations
duties:
  - {do: 执行活动, weight: 100}
may: [readings.confirm, readings.answer, readings.take]
sees: {"*": own, people: all}
---
岗位说明写在这里。
"""
GLOSSARY = "title: 术语\nterms:\n  - {term: 流程单, en: case, meaning: 正在执行的标准流程}\n"
FILES = {
    ("playbook", "playbook"): TITLE,
    ("position", "operations-manager"): MANAGER,
    ("position", "operations-specialist"): SPECIALIST,
}
QUIZ = Quiz(
    needs=60,
    tries=2,
    questions=tuple(
        Question(f"第{n}题", (f"对{n}", f"错{n}甲", f"错{n}乙"), f"对{n}", f"因为{n}") for n in range(1, 6)
    ),
)
"""Three of five are exactly the mark."""


def bring(by: Person, files: dict[tuple[str, str], str], **more: Any) -> Publication:
    """Publish these texts together."""
    latest, small = queries.latest(), more.pop("small_lines", {})
    rows = [
        LineRow(
            kind, ident, keep(text) if text else "", latest[kind, ident].number if (kind, ident) in latest else 0,
            small.get(ident, ""),
        )
        for (kind, ident), text in files.items()
    ]  # fmt: skip
    return publish(propose(by=by, reason="Because of the trial.", lines=rows, **more), by=by)


def settle(cast: Cast) -> None:
    """What the job does behind the publishing act."""
    jobs.settle_people(cast.robot, jobs.due_people())


def duty_of(person: Person, ident: str = "operations-specialist") -> Duty:
    return Duty.objects.get(person=person, ident=ident, state__in=WAITING)


def changed(text: str = "岗位说明改了。") -> dict[tuple[str, str], str]:
    return {("position", "operations-specialist"): SPECIALIST.replace("岗位说明写在这里。", text)}
