"""The house's own findings as a source: from rows to the share closed, with the standard's own files."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from opsloop.base.jobs.robot import for_itself
from opsloop.base.testing import Cast, given, own_rows
from opsloop.data.metrics.api import Question, ask, trust
from opsloop.data.metrics.tests.shop import define, fresh
from opsloop.data.sources.jobs import MAY
from opsloop.data.sources.loading import collect_and_load
from opsloop.data.sources.models import LoadState, Source
from opsloop.engine.findings import actions
from opsloop.engine.findings.models import Finding
from opsloop.engine.findings.tests.conftest import a_finding, again, day
from opsloop.engine.findings.words import Plan, State

pytestmark = [pytest.mark.django_db]
STANDARD = Path(__file__).parents[4] / "playbooks/standard.zh"


def _file(kind: str, ident: str) -> str:
    return (STANDARD / kind / f"{ident}.yaml").read_text(encoding="utf-8")


@pytest.fixture
def published(crew: Cast) -> Cast:
    fresh()
    define("source", crew.lin, findings=_file("sources", "findings"))
    define("metric", crew.lin, finding_closed_rate=_file("metrics", "finding-closed-rate"))
    return crew


def _due(finding: Finding, on: date) -> None:
    """Its day was agreed on long ago."""
    with given():
        row = again(finding)
        row.due_on = on
        row.save()


def _rate(crew: Cast) -> tuple[float | None, str]:
    """Collect, then ask for the days of the last week."""
    source = Source.objects.get(ident="findings")
    (result,) = collect_and_load(source, by=for_itself(MAY))
    assert result.state == LoadState.LOADED, result.message
    fresh()
    question = Question(("finding-closed-rate",), "total", (), day(-7), day(0))
    found = ask(question).results[0]
    return (found.rows[0].value if found.rows else None), str(found.waiting)


def test_every_column_of_the_standards_source_is_a_column_of_the_table(published: Cast) -> None:
    a_finding(published, State.VERIFIED)
    (row,) = own_rows("findings")
    assert set(row) == set(Source.objects.get(ident="findings").definition["columns"])


def test_what_is_due_and_verified_counts_and_what_is_merged_or_not_pursued_does_not(published: Cast) -> None:
    assert trust("finding-closed-rate").waiting, "nothing was collected yet, and that is said"
    verified, doing = a_finding(published, State.VERIFIED), a_finding(published, State.DOING, title="Another")
    ahead = a_finding(published, State.DOING, title="Due next month")
    waived = a_finding(published, State.DOING, plan=Plan.SPOT, title="Not to be verified")
    actions.finish(again(waived), by=published.chen, word="Done")
    for one in (verified, doing, waived):
        _due(one, day(-1))
    _due(a_finding(published, State.CLOSED, title="Not pursued"), day(-1))
    _due(a_finding(published, State.MERGED, title="The same again"), day(-1))
    _due(ahead, day(20))
    assert _rate(published) == (1 / 3, "")
    actions.waive(again(waived), by=published.lin, reason="The shop was closed for good.")
    assert _rate(published) == (1 / 2, "")


def test_where_nothing_is_due_there_is_no_share_and_no_zero(published: Cast) -> None:
    _due(a_finding(published, State.DOING), date.today() + timedelta(days=9))
    assert _rate(published)[0] is None
