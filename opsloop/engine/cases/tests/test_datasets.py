"""The house's own steps as a source: from rows to the share done in time, with the standard's own files."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from opsloop.base.jobs.robot import for_itself
from opsloop.base.testing import own_rows
from opsloop.data.metrics.api import Question, ask
from opsloop.data.metrics.tests.shop import define, fresh
from opsloop.data.sources.jobs import MAY
from opsloop.data.sources.loading import collect_and_load
from opsloop.data.sources.models import LoadState, Source
from opsloop.engine.cases import actions
from opsloop.engine.cases.models import Case, WorkItem
from opsloop.engine.cases.tests.crewed import again, item
from opsloop.engine.cases.tests.published import publish
from opsloop.engine.sops.tests.samples import sop

STANDARD = Path(__file__).parents[4] / "playbooks/standard.zh"
CALLS = sop("\n- {id: call, title: Call, do: operations-specialist, within: 4 hours}\n")
HOUR = timedelta(hours=1)


def _file(kind: str, ident: str) -> str:
    return (STANDARD / kind / f"{ident}.yaml").read_text(encoding="utf-8")


def _due(case: Case, late: timedelta | None) -> None:
    """Its call fell due yesterday, and was done so much later; None: not done."""
    due = timezone.now() - timedelta(days=1)
    done = due + late if late is not None else None
    WorkItem.objects.filter(case=case, node="call").update(due=due, done=done)


def _value(metric: str) -> float | None:
    today = timezone.localdate()
    question = Question((metric,), "total", (), today - timedelta(days=7), today + timedelta(days=1))
    found = ask(question).results[0]
    assert not found.waiting
    return found.rows[0].value if found.rows else None


def test_steps_that_fell_due_count_and_what_is_not_due_or_no_longer_needed_does_not(crew: Any) -> None:
    fresh()
    define("source", crew.lin, case_steps=_file("sources", "case-steps"))
    on_time, overdue = "sop-on-time-rate", "overdue-steps"
    define("metric", crew.lin, **{one.replace("-", "_"): _file("metrics", one) for one in (on_time, overdue)})
    publish(CALLS, "calls")
    soon, late, open_, ahead, gone = (actions.start(by=crew.wang, sop="calls") for _n in range(5))
    for one, after in ((soon, -HOUR), (late, HOUR)):
        actions.complete(again(one), by=crew.chen, item=item(one, "call").no)
        _due(one, after)
    _due(open_, None)
    _due(gone, None)
    actions.withdraw(again(gone), by=crew.wang, word="A slip.")
    assert WorkItem.objects.get(case=ahead, node="call").due > timezone.now()
    rows = own_rows("case_steps")
    assert {(one["case_id"], one["step"]) for one in rows} == {(one.pk, "call") for one in (soon, late, open_)}
    assert set(rows[0]) == set(Source.objects.get(ident="case-steps").definition["columns"])
    (result,) = collect_and_load(Source.objects.get(ident="case-steps"), by=for_itself(MAY))
    assert result.state == LoadState.LOADED, result.message
    fresh()
    assert _value(on_time) == 1 / 3
    assert _value(overdue) == 1
