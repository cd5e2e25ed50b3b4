"""What people paste: days and figures in their many spellings."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from opsloop.base.acts import Refused
from opsloop.data.reconciliation import pasted

TODAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-01", date(2026, 3, 1)), ("2026/3/1", date(2026, 3, 1)), ("2026年3月1日", date(2026, 3, 1)),
        ("20260301", date(2026, 3, 1)), ("3月1日", date(2026, 3, 1)), ("12-31", date(2025, 12, 31)),
        ("2026-03-01 00:00:00", date(2026, 3, 1)), ("2026-02-30", None), ("yesterday", None), ("", None),
    ],
)  # fmt: skip
def test_days_as_people_write_them(text: str, day: date | None) -> None:
    assert pasted.day_of(text, TODAY) == day


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("86,923.50", "86923.50"), ("¥1，200", "1200"), ("(120.00)", "-120.00"), ("−5", "-5"), ("12元", "12"),
        ("NaN", None), ("1e30", None), ("about 5", None),
    ],
)  # fmt: skip
def test_figures_as_people_write_them(text: str, figure: str | None) -> None:
    assert pasted.figure_of(text) == (None if figure is None else Decimal(figure))


def test_two_columns_without_headings() -> None:
    read = pasted.read("2026-03-01\t1,000\n2026-03-02\t990.5\n", TODAY)
    assert [(line.day, line.figure) for line in read.good] == [
        (date(2026, 3, 1), Decimal(1000)), (date(2026, 3, 2), Decimal("990.5")),
    ]  # fmt: skip
    assert not read.faults and not read.columns


def test_the_likely_column_is_chosen_and_another_can_be() -> None:
    text = "日期,单数,实收金额\n2026-03-01,12,1000\n2026-03-02,13,1100"
    read = pasted.read(text, TODAY)
    assert list(read.columns) == [(1, "单数"), (2, "实收金额")]
    assert [line.figure for line in read.good] == [Decimal(1000), Decimal(1100)]
    assert [line.figure for line in pasted.read(text, TODAY, 1).good] == [Decimal(12), Decimal(13)]
    assert [line.figure for line in pasted.read(text, TODAY, 9).good] == [Decimal(1000), Decimal(1100)]


def test_every_bad_line_says_what_is_wrong() -> None:
    text = "2026-03-01\t1\n2026-03-01\t2\nsum\t3\n2026-03-11\t4\n2026-03-02\tn/a"
    faults = {line.number: line.fault for line in pasted.read(text, TODAY).faults}
    assert faults == {
        2: "This day stands there twice.", 3: "This is no day: sum", 4: "This day has not been yet.",
        5: "This is no number: n/a",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "why"),
    [("a\tb\nc\td", "No column holds days"), ("2026-03-01\n2026-03-02", "No column beside"), ("1\n" * 500, "At most")],
)
def test_what_is_no_table_of_days_is_refused(text: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        pasted.read(text, TODAY)
