"""Sources whose files bring whole days, or everything: keys that move, and what came anew while a file was held."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from opsloop.base.testing import Cast
from opsloop.data.sources.loading import release
from opsloop.data.sources.models import Load, LoadState
from opsloop.data.sources.tests import samples
from opsloop.data.sources.tests.conftest import Put
from opsloop.data.sources.tests.test_loading import HEAD, one, rows


@pytest.mark.both
def test_a_key_that_comes_on_another_day_is_moved_there(put: Put, cast: Cast) -> None:
    source = samples.source(samples.ORDERS + "brings: days\n")
    one(source, put(HEAD + "A1,2026-03-01,1,\nA2,2026-03-01,2,\nA3,2026-02-01,3,\n"), cast)
    result = one(source, put(HEAD + "A2,2026-03-02,2,\nA4,2026-03-02,7,\n", "b.csv"), cast)
    assert (result.kept, result.duplicates) == (2, 0)
    assert rows("order_id, day") == [
        ("A1", date(2026, 3, 1)), ("A2", date(2026, 3, 2)), ("A3", date(2026, 2, 1)), ("A4", date(2026, 3, 2)),
    ]  # fmt: skip
    first = samples.source(samples.ORDERS + "brings: days\nkeep: first\n")
    again = one(first, put(HEAD + "A1,2026-03-05,9,\nA5,2026-03-05,9,\n", "c.csv"), cast)
    assert (again.kept, again.duplicates) == (1, 1)
    assert rows("order_id, day", "order_id = 'A1'") == [("A1", date(2026, 3, 1))]


@pytest.mark.parametrize("brings", ["days", "whole"])
def test_a_held_file_brings_nothing_back_that_came_anew_meanwhile(brings: str, put: Put, cast: Cast) -> None:
    source = samples.source(samples.ORDERS + f"brings: {brings}\nhold_if: {{set_aside: 0}}\n")
    held = one(source, put(HEAD + "A1,2026-03-01,1,\nA2,2026-03-01,x,\n"), cast)
    assert held.state == LoadState.HELD
    one(source, put(HEAD + "A1,2026-03-01,5,\nA3,2026-03-01,6,\n", "b.csv"), cast)
    done = release(Load.objects.get(pk=held.load), by=cast.lin, reason="looked at")
    assert (done.kept, done.duplicates, done.set_aside) == (0, 1, 1)
    assert rows() == [("A1", Decimal(5)), ("A3", Decimal(6))]
