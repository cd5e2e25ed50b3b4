"""Control figures: the package's own totals by another path, one day different on purpose, never over another's."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from opsloop.base.people.models import Person
from opsloop.base.testing import Cast, make, person, position
from opsloop.data.reconciliation.actions import enter_figure
from opsloop.data.reconciliation.models import Control, State
from opsloop.data.sources.models import Source
from opsloop.demo import closings
from opsloop.demo.chosen import Chosen
from opsloop.demo.grocer import CLOSED, Shift

TODAY = date(2026, 11, 21)
CHOSEN = Chosen(Shift.to(TODAY).weeks, TODAY)
DIFFERS = date(2026, 11, 19)
DEFINITION = {
    "owner": "data-analyst", "time": "sold_at", "columns": {"sales_value": {"type": "money"}},
    "check_against": {"sheet": "Till", "figure": "sales_value", "limit": "0.5%"},
}  # fmt: skip


@pytest.fixture
def finance(cast: Cast, db: None) -> Person:
    make(Source, ident="transactions", title="Sales", number=1, sha256="", definition=DEFINITION)
    may = ["reconciliation.enter", "reconciliation.enter_many"]
    return person("Xu", position("finance-head", may=may, sees={"*": "all"}), cast.company, number=closings.FINANCE)


def test_the_days_of_the_package_add_up_to_its_year() -> None:
    found = closings.totals(Shift(0))
    assert sum(found.values()) == Decimal("4596039.58")
    assert len(found) == 364
    assert CLOSED not in found
    week = [CHOSEN.shift.day(date(2017, 12, 11) + timedelta(days=n)) for n in range(7)]
    moved = closings.totals(CHOSEN.shift)
    assert sum(moved[day] for day in week) == Decimal("86923.35")


def test_finance_is_a_day_behind_and_one_figure_is_simulated(finance: Person) -> None:
    assert closings.enter(CHOSEN, TODAY) == 31 + 19
    rows = {row.day: row for row in Control.objects.all()}
    assert (min(rows), max(rows)) == (date(2026, 10, 1), DIFFERS)
    true = closings.totals(CHOSEN.shift)
    assert [day for day, row in rows.items() if row.control != true[day]] == [DIFFERS]
    assert rows[DIFFERS].control == (true[DIFFERS] * Decimal("1.019")).quantize(Decimal("0.01"))
    assert rows[DIFFERS].remark.startswith("模拟")
    assert {row.entered_by for row in rows.values()} == {finance}
    assert {row.remark for day, row in rows.items() if day != DIFFERS} == {closings.TRUE}


def test_each_day_that_passes_brings_one_more_and_no_typed_figure_is_overwritten(
    finance: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    tomorrow = TODAY + timedelta(days=1)
    monkeypatch.setattr("opsloop.data.reconciliation.actions.timezone.localdate", lambda *at: tomorrow)
    closings.enter(CHOSEN, TODAY)
    assert closings.enter(CHOSEN, TODAY) == 0
    enter_figure(by=finance, source="transactions", day=date(2026, 11, 20), control=Decimal(7))
    assert closings.enter(CHOSEN, tomorrow) == 0
    assert closings.enter(CHOSEN, TODAY + timedelta(days=2)) == 1
    assert Control.objects.get(day=date(2026, 11, 20)).control == 7


def test_what_is_loaded_is_held_against_them(finance: Person, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    true = closings.totals(CHOSEN.shift)
    ours = {day: true[day] for day in closings.due(CHOSEN, date(2026, 11, 1), TODAY)}
    monkeypatch.setattr("opsloop.data.reconciliation.jobs.newest_by_day", lambda *said: (_Version(), ours))
    closings.enter(CHOSEN, TODAY)
    closings.compare(by=cast.robot)
    states = {row.day: row.state for row in Control.objects.filter(day__gte=date(2026, 11, 1))}
    assert {day for day, state in states.items() if state == State.OPEN} == {DIFFERS}
    assert set(states.values()) == {State.OPEN, State.WITHIN}


class _Version:
    """A data version as far as its number goes."""

    pk = 7


@pytest.mark.parametrize("chosen", [Chosen(0, TODAY, True)])
def test_nothing_is_added_to_the_packages_own_dates(finance: Person, chosen: Chosen) -> None:
    assert closings.enter(chosen, TODAY) == 0
    assert not Control.objects.exists()


def test_without_somebody_who_may_enter_them_there_are_none(cast: Cast, db: None) -> None:
    make(Source, ident="transactions", title="Sales", number=1, sha256="", definition=DEFINITION)
    assert closings.enter(CHOSEN, TODAY) == 0
