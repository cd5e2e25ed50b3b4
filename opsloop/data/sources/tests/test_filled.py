"""What is wrong in a source that people fill in is named with its field."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from opsloop.base.kinds.registry import Level
from opsloop.data.sources.kinds.arrives import Drop, Filled
from opsloop.data.sources.kinds.columns import Column
from opsloop.data.sources.kinds.filled import said_of_form
from opsloop.data.sources.kinds.source import Source
from opsloop.data.sources.kinds.words import Brings, ColumnType, Every, Per, span, span_of

GOOD = Source(
    title="Losses", owner="data-analyst", arrives=Filled(form="store-manager", per=Per.DEPARTMENT, place="shop"),
    columns={"day": Column(ColumnType.DATE), "shop": Column(), "amount": Column(ColumnType.MONEY)},
    key=("day", "shop"), time="day", brings=Brings.DAYS,
)  # fmt: skip


def test_a_whole_one_has_nothing_said_of_it() -> None:
    assert list(said_of_form(GOOD)) == []
    assert list(said_of_form(replace(GOOD, arrives=Drop("x-*.csv"), time="", key=()))) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"every": Every.NEVER}, "every"),
        ({"every": Every.HOUR}, "every"),
        ({"time": ""}, "time"),
        ({"time": "amount"}, "time"),
        ({"key": ()}, "key"),
        ({"key": ("day",)}, "key"),
        ({"arrives": Filled(form="store-manager", per=Per.DEPARTMENT)}, "arrives.place"),
        ({"arrives": Filled(form="store-manager", place="shop")}, "arrives.place"),
        (
            {"columns": {"day": Column(ColumnType.DATE), "shop": Column(ColumnType.INTEGER), "x": Column()}},
            "arrives.place",
        ),
        ({"columns": {"day": Column(ColumnType.DATE), "shop": Column()}}, "columns"),
    ],
)
def test_what_does_not_go_together_is_an_error(change: dict[str, Any], field: str) -> None:
    said = list(said_of_form(replace(GOOD, **change)))
    assert field in [one.field for one in said if one.level is Level.ERROR]


def test_rows_that_would_stay_are_a_warning() -> None:
    (said,) = said_of_form(replace(GOOD, brings=Brings.ROWS))
    assert (said.field, said.level) == ("brings", Level.WARNING)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2 hours", timedelta(hours=2)),
        ("2 小时", timedelta(hours=2)),
        ("3 个自然日", timedelta(days=3)),
        ("", timedelta()),
    ],
)
def test_spans_are_natural_time(text: str, found: timedelta) -> None:
    assert span_of(text) == found
    assert (span(text) is None) == bool(text)


@pytest.mark.parametrize("text", ["2 working hours", "3 个工作日", "soon"])
def test_working_time_and_nonsense_are_no_spans(text: str) -> None:
    assert span(text) is not None
