"""History that a set-up brings in: when it came, and for which day it counts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from opsloop.base.testing import Cast
from opsloop.data.sources.loading import load, load_at
from opsloop.data.sources.models import Load
from opsloop.data.sources.tests import samples

HEAD = "order_id,paid_at,amount,status\n"


def line(n: int, day: int) -> str:
    return f"A{n},2026-03-{day:02d} 10:00:00,5,已付\n"


@pytest.mark.both
def test_a_file_that_came_earlier_bears_that_moment_and_is_put_away(cast: Cast) -> None:
    source, at = samples.source(), datetime(2026, 3, 2, 5, 10, tzinfo=UTC)
    path = settings.WORKSPACE.drop / "orders-2026-03-01.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD + line(1, 1) + line(2, 3), encoding="utf-8")
    result = load_at(source, path, by=cast.lin, at=at)
    row = Load.objects.get()
    assert (result.kept, result.state) == (2, "loaded")
    assert row.began_at == at
    assert timedelta() <= row.ended_at - at < timedelta(minutes=5)
    assert not path.exists()
    assert list((settings.WORKSPACE.drop / "done").rglob(path.name))


@pytest.mark.parametrize(("days", "counts_for"), [((1, 2, 2, 3), 2), ((1, 2, 3, 4), 4), ((1, 1), 1)])
def test_a_load_counts_for_its_main_day_and_a_delivery_of_several_days_for_the_last(
    cast: Cast, tmp_path: Path, days: tuple[int, ...], counts_for: int
) -> None:
    path = tmp_path / "orders-1.csv"
    path.write_text(HEAD + "".join(line(n, day) for n, day in enumerate(days)), encoding="utf-8")
    load(samples.source(), [path], by=cast.lin)
    assert Load.objects.get().due_on == date(2026, 3, counts_for)
