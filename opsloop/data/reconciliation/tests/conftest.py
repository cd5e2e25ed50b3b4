"""A source with a control figure, ten loaded days, and people with the positions' rights."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from opsloop.base.people.models import Person
from opsloop.base.testing import Cast, hold, make, person, position
from opsloop.data.lake import store
from opsloop.data.lake.actions import publish_snapshot
from opsloop.data.lake.models import Snapshot
from opsloop.data.reconciliation.agreements import agreement_of
from opsloop.data.reconciliation.jobs import measuring
from opsloop.data.sources.models import Source

COLUMNS = {"shop": {"type": "text"}, "amount": {"type": "money", "title": "Paid"}, "sold_at": {"type": "datetime"}}


def a_source(ident: str = "sales", **said: Any) -> Source:
    definition = {
        "title": ident, "owner": "data-analyst", "time": "sold_at", "columns": COLUMNS,
        "check_against": {"sheet": "Till", "limit": "0.5%"}, **said,
    }  # fmt: skip
    return make(Source, ident=ident, title=ident.title(), number=1, sha256="", definition=definition)


def day(n: int) -> date:
    """n days ago."""
    return timezone.localdate() - timedelta(days=n)


def load(cast: Cast, table: str, days: dict[date, float]) -> Snapshot:
    """Publish one row a day, instead of what was there."""
    rows = " union all ".join(
        f"select date '{d}' as day, cast({v} as decimal(18, 2)) as amount" for d, v in days.items()
    )
    files = store.write_partitions(table, rows, by="strftime(day, '%Y-%m')")
    from opsloop.data.lake.manifest import files_of, newest

    last = newest(table)
    gone = [f.path for f in files_of(last)] if last else []
    return publish_snapshot(by=cast.lin, table=table, batch="b", reason="test", added=files, removed=gone)


def measured(cast: Cast, ident: str = "sales") -> None:
    """What the job does when a version was published."""
    agreement = agreement_of(ident)
    assert agreement is not None
    write = measuring(agreement, cast.robot)
    if write is not None:
        write()


@pytest.fixture
def sales(cast: Cast) -> Source:
    """1000.00 a day on each of the last ten days."""
    source = a_source()
    load(cast, "sales", {day(n): 1000 for n in range(1, 11)})
    measured(cast)
    return source


@pytest.fixture
def analyst(cast: Cast) -> Person:
    may = ["reconciliation.enter", "reconciliation.enter_many", "reconciliation.explain", "reconciliation.check"]
    hold(cast.wu, position("analyst-2", may=may, sees={"*": "all"}), cast.data)
    return cast.wu


@pytest.fixture
def finance(cast: Cast) -> Person:
    may = ["reconciliation.check", "reconciliation.reopen", "reconciliation.enter"]
    return person("Mei", position("finance-head", may=may, sees={"reconciliation": "all"}), cast.company)
