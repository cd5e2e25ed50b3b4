"""`opsloop run --as-of DATE` brings what came by that day in the shops."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from opsloop.base.due import Due
from opsloop.base.testing import Cast
from opsloop.demo import jobs
from opsloop.demo.arriving import Arrival
from opsloop.demo.chosen import Chosen
from opsloop.demo.grocer import Shift

TODAY = date(2026, 11, 21)
CHOSEN = Chosen(Shift.to(TODAY).weeks, TODAY)


@pytest.mark.django_db
def test_the_files_of_days_that_are_over_by_then_are_brought(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Arrival] = []

    def bring(chosen: Chosen, arrivals: Iterable[Arrival], **said: Any) -> int:
        asked.extend(arrivals)
        return 0

    monkeypatch.setattr("opsloop.demo.bringing.bring", bring)
    monkeypatch.setattr("opsloop.demo.grocer.today", lambda: TODAY)
    monkeypatch.setattr("opsloop.demo.jobs.there", lambda: CHOSEN)
    night = datetime(2026, 11, 23, 4, 59, 59, tzinfo=UTC)
    assert jobs.day_due(Due(cast.robot, night)) == []
    assert [one.name for one in asked if one.source == "transactions"] == ["transactions-2026-11-21.csv"]
    assert all(one.at is not None for one in asked), "nothing is sold after it was loaded"
    monkeypatch.setattr("opsloop.demo.jobs.there", lambda: None)
    asked.clear()
    assert jobs.day_due(Due(cast.robot, night)) == [] == asked
