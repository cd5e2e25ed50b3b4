"""Days move by whole weeks, and what was chosen at set-up stays."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from opsloop.demo.chosen import choose
from opsloop.demo.grocer import ANCHOR, Shift

TODAY = date(2026, 11, 21)


def test_the_current_week_is_the_datas_week_of_18_december() -> None:
    shift = Shift.to(TODAY)
    assert shift.day(ANCHOR) == date(2026, 11, 16)
    assert shift.day(ANCHOR).weekday() == 0


def test_what_was_chosen_at_set_up_stays_in_later_weeks(tmp_path: Path) -> None:
    first = choose(tmp_path, TODAY)
    assert first.shift == Shift.to(TODAY)
    assert choose(tmp_path, TODAY + timedelta(days=30)) == first


def test_the_original_dates_imply_the_whole_year(tmp_path: Path) -> None:
    chosen = choose(tmp_path, TODAY, original=True)
    assert (chosen.weeks, chosen.complete, chosen.until(TODAY)) == (0, True, date(2017, 12, 31))


def test_a_demo_set_up_otherwise_is_not_changed(tmp_path: Path) -> None:
    choose(tmp_path, TODAY)
    for wish in ({"original": True}, {"complete": True}):
        with pytest.raises(ValueError, match="--dir"):
            choose(tmp_path, TODAY, **wish)


def test_days_of_the_future_are_held_back(tmp_path: Path) -> None:
    chosen = choose(tmp_path, TODAY)
    assert chosen.until(TODAY) == TODAY - timedelta(days=1)
    assert chosen.until(TODAY + timedelta(days=60)) == chosen.shift.last
