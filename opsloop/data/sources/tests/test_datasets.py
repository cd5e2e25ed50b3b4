"""Loads as an own table: every load is a row, and it comes again when somebody decided on it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from opsloop.base.testing import Cast, own_rows
from opsloop.data.sources import actions
from opsloop.data.sources.tests import samples
from opsloop.data.sources.tests.test_actions import attempt

pytestmark = pytest.mark.both


def test_every_load_is_a_row_with_what_became_of_its_rows(cast: Cast) -> None:
    source = samples.source()
    load = actions.load_prepared(source, by=cast.lin, attempt=attempt(source, cast.lin))
    [row] = own_rows("loads")
    assert (row["id"], row["source"], row["state"], row["was_held"]) == (load.pk, "orders", "loaded", False)
    assert (row["rows_in"], row["kept"], row["duplicates"], row["set_aside"]) == (3, 3, 0, 0)
    assert row["began_at"] <= row["ended_at"]


def test_a_held_load_comes_again_when_it_was_decided_on(cast: Cast) -> None:
    source, reasons = samples.source(), ({"figure": "rows"},)
    with time_machine.travel(datetime(2026, 11, 20, 9, tzinfo=UTC), tick=False) as clock:
        load = actions.hold(source, by=cast.lin, attempt=attempt(source, cast.lin, hold_reasons=reasons))
        clock.shift(timedelta(hours=2))
        since = datetime.now(UTC)
        assert own_rows("loads", since) == []
        actions.turn_back(load, by=cast.lin, reason="half a file")
        clock.shift(timedelta(hours=1))
        [row] = own_rows("loads", since)
    assert (row["state"], row["was_held"]) == ("turned_back", True)


def test_every_due_day_of_a_source_is_a_row_until_it_is_settled(cast: Cast) -> None:
    source = samples.source()
    with time_machine.travel(datetime(2026, 3, 2, 0, 30, tzinfo=UTC), tick=False) as clock:
        actions.load_prepared(source, by=cast.lin, attempt=attempt(source, cast.lin, due_on=date(2026, 3, 1)))
        clock.shift(timedelta(days=2))
        rows = {row["day"]: row for row in own_rows("source_days")}
    assert rows[date(2026, 3, 1)]["state"] == "on_time"
    assert rows[date(2026, 3, 1)]["kept"] == 3
    assert rows[date(2026, 3, 2)]["state"] == "missing"


def test_our_own_tables_are_in_no_rate_of_what_comes_from_outside(cast: Cast) -> None:
    own = samples.source(re.sub("arrives:.*", "arrives: {table: job_runs}", samples.ORDERS), ident="own")
    with time_machine.travel(datetime(2026, 3, 2, 0, 30, tzinfo=UTC), tick=False):
        actions.load_prepared(own, by=cast.lin, attempt=attempt(own, cast.lin, due_on=date(2026, 3, 1)))
        assert own_rows("loads") == [] and own_rows("source_days") == []
