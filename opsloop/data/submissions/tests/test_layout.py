"""What a sheet looks like, what is read from it, and what changed. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from opsloop.data.sources.kinds.arrives import Drop, Filled
from opsloop.data.sources.kinds.words import Every, Per
from opsloop.data.submissions.layout import Changed, Layout, changes
from opsloop.data.submissions.periods import deadline, named, open_days, recent
from opsloop.data.submissions.tests.conftest import losses, prices

DAY = date(2026, 11, 20)  # a Friday


def test_day_and_place_fill_themselves_in_and_given_rows_come_first() -> None:
    layout = Layout.of(losses())
    assert [(one.name, one.fixed, one.needed) for one in layout.columns] == [
        ("goods", True, True), ("amount", False, True), ("why", False, False),
    ]  # fmt: skip
    assert layout.labels == ("Fruit", "Meat", "Bread") and not layout.adds_rows
    assert [row["goods"] for row in layout.shown([{"goods": "Meat", "amount": "3"}])] == ["Fruit", "Meat", "Bread"]
    assert layout.shown([{"goods": "Meat", "amount": "3"}])[1] == {"goods": "Meat", "amount": "3"}


def test_free_rows_come_with_blank_ones_below() -> None:
    layout = Layout.of(prices())
    assert [one.name for one in layout.columns] == ["rival", "product", "price", "told_by"]
    assert layout.adds_rows and layout.shown([{"rival": "A"}]) == [{"rival": "A"}, {}, {}, {}, {}, {}]


def test_a_key_of_day_and_place_alone_is_one_row() -> None:
    said = replace(losses(), key=("day", "shop"))
    layout = Layout.of(said)
    assert layout.shown([]) == [{}] and not layout.adds_rows
    assert layout.read([(0, "amount", "1"), (1, "amount", "2")]) == [{"amount": "1"}]


def test_cells_are_read_trimmed_without_blank_rows_and_unknown_columns() -> None:
    free = Layout.of(prices())
    typed = [(3, "price", " 2.5 "), (0, "rival", "A"), (1, "price", "  "), (2, "day", "2026-01-01"), (0, "nope", "x")]
    assert free.placed(typed) == {0: {"rival": "A"}, 3: {"price": "2.5"}}
    assert free.read(typed) == [{"rival": "A"}, {"price": "2.5"}]
    given = Layout.of(losses())
    assert given.read([(1, "amount", "3"), (9, "amount", "4"), (0, "goods", "Gold")]) == [
        {"amount": "3", "goods": "Meat"}
    ]


def test_only_what_is_another_figure_is_a_change() -> None:
    layout = Layout.of(losses())
    before = [{"goods": "Fruit", "amount": "3"}, {"goods": "Meat", "amount": "5", "why": "broken"}]
    after = [{"goods": "Meat", "amount": "6", "why": "broken"}, {"goods": "Bread", "amount": "1"}]
    assert changes(layout, before, after) == [
        Changed("Fruit", "amount", "3", ""), Changed("Meat", "amount", "5", "6"), Changed("Bread", "amount", "", "1"),
    ]  # fmt: skip


def test_other_sources_have_no_sheet() -> None:
    with pytest.raises(TypeError):
        Layout.of(replace(losses(), arrives=Drop("x-*.csv")))


@pytest.mark.parametrize(
    ("clock", "expected_by", "due"),
    [
        ("21:30", "06:00", datetime(2026, 11, 20, 13, 30, tzinfo=UTC)),  # the evening of the day itself
        ("05:00", "06:00", datetime(2026, 11, 20, 21, 0, tzinfo=UTC)),  # the morning after
        ("06:00", "06:00", datetime(2026, 11, 20, 22, 0, tzinfo=UTC)),
        ("", "06:00", datetime(2026, 11, 20, 22, 0, tzinfo=UTC)),
        ("18:00", "", datetime(2026, 11, 21, 10, 0, tzinfo=UTC)),  # expected until the end of the day after
    ],
)
def test_the_deadline_is_the_last_such_hour_before_the_data_is_expected(
    clock: str, expected_by: str, due: datetime
) -> None:
    said = replace(losses(deadline=clock), expected_by=expected_by)
    assert deadline(Layout.of(said), DAY) == due


def test_sheets_open_with_their_day_and_a_week_back_at_most() -> None:
    noon = datetime(2026, 11, 20, 4, tzinfo=UTC)
    assert list(open_days(losses(), noon, None)) == [DAY]
    assert list(open_days(losses(), noon, DAY)) == []
    assert [day.day for day in open_days(losses(), noon, date(2026, 11, 17))] == [18, 19, 20]
    assert [day.day for day in open_days(losses(), noon, date(2026, 1, 1))] == [14, 15, 16, 17, 18, 19, 20]
    weekly = replace(losses(), every=Every.WEEK)  # comes on Mondays for the week until Sunday
    assert list(open_days(weekly, noon, date(2026, 11, 15))) == []
    assert list(open_days(weekly, datetime(2026, 11, 22, 4, tzinfo=UTC), date(2026, 11, 15))) == [date(2026, 11, 22)]


def test_periods_have_names() -> None:
    day = date(2026, 11, 22)
    assert named(replace(losses(), every=Every.WEEK), day) == "2026-11-16 – 11-22"
    assert named(replace(losses(), every=Every.MONTH), date(2026, 10, 31)) == "2026-10"
    assert named(replace(losses(), every=Every.QUARTER), date(2026, 9, 30)) == "2026 Q3"
    assert named(replace(losses(), every=Every.YEAR), date(2026, 12, 31)) == "2026"
    assert named(losses(), day) == "2026-11-22 Sun"
    noon = datetime(2026, 11, 20, 4, tzinfo=UTC)
    assert recent(replace(losses(), every=Every.MONTH), noon, 2) == [date(2026, 10, 31), date(2026, 9, 30)]


def test_the_positions_may_be_several() -> None:
    assert Layout.of(losses(form=("store-manager", "buyer"), per=Per.COMPANY, place="")).asked == Filled(
        form=("store-manager", "buyer"), per=Per.COMPANY, place="", deadline="21:30", remind="2 hours",
        review="data-analyst", changes_for="3 days",
    )  # fmt: skip
