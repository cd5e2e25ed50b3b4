"""Answers as charts and tables: gaps stay gaps, units apart, the largest first, breaks of the definition marked."""

from __future__ import annotations

from datetime import date

from django.utils.translation import override

from opsloop.data.metrics.pictures import charts, table
from opsloop.data.metrics.questions import Answer, Question, Result, Row

W1, W2, W3 = date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 16)
SPAN = {"since": W1, "until": date(2026, 11, 22)}


def sales(*rows: Row, metric: str = "sales", unit: str = "money") -> Result:
    return Result(metric, metric.title(), unit, "USD" if unit == "money" else "", rows=rows, better="higher")


def asked(*results: Result, by: tuple[str, ...] = (), compare: str = "", grain: str = "week") -> Answer:
    names = tuple(one.metric for one in results)
    return Answer(Question(names, grain, by, SPAN["since"], SPAN["until"], (), compare), results)


def test_a_week_without_rows_is_a_gap() -> None:
    drawn = charts(asked(sales(Row(W1, (), 10.0), Row(W3, (), 30.0))))
    assert drawn[0].labels == ["11-02", "11-09", "11-16"]
    assert list(drawn[0].series[0].values) == [10.0, None, 30.0]


def test_units_do_not_share_a_chart_and_equal_ones_do() -> None:
    rows = [Row(W1, (), 10.0)]
    answer = asked(sales(*rows), sales(*rows, metric="refunds"), sales(*rows, metric="orders", unit="count"))
    assert [[s.name for s in one.series] for one in charts(answer)] == [["Sales", "Refunds"], ["Orders"]]


def test_a_comparison_is_a_faint_line_and_two_columns() -> None:
    answer = asked(sales(Row(W2, (), 90.0, then=100.0), Row(W1, (), 100.0, why="No data before.")), compare="previous")
    with override("en"):
        drawn, lines = charts(answer)[0], table(answer)
    assert drawn.series[1].muted and list(drawn.series[1].values)[:2] == [None, 100.0]
    assert [head for head, _number in lines.heads] == ["Period", "Sales (USD)", "Period before", "Change"]
    newest = lines.rows[0]
    assert newest.period == W2 and "−10.0%" in str(newest.cells[3].shown) and "worse" in str(newest.cells[3].shown)
    assert lines.rows[1].cells[2].why == "No data before."


def test_bars_show_the_newest_period_with_the_largest_first() -> None:
    rows = [Row(W1, ("DELI",), 99.0), Row(W2, ("DELI",), 1.0), Row(W2, ("MEAT",), 5.0), Row(W2, (None,), 3.0)]
    with override("en"):
        drawn = charts(asked(sales(*rows), by=("department",)), "bar")[0]
    assert drawn.lying and drawn.labels == ["MEAT", "unknown", "DELI"]
    assert list(drawn.series[0].values) == [5.0, 3.0, 1.0]
    few = charts(asked(sales(*rows), by=("department",)), "bar", bars=2)[0]
    assert list(few.series[0].values) == [5.0, 3.0]


def test_lines_by_a_dimension_are_few_and_the_table_has_all() -> None:
    rows = [Row(W2, (f"d{n}",), float(n)) for n in range(9)]
    answer = asked(sales(*rows), by=("department",))
    assert [s.name for s in charts(answer)[0].series] == ["d8", "d7", "d6", "d5", "d4"]
    assert len(table(answer).rows) == 9 and table(answer).rows[0].dims == ("d8",)


def test_a_break_of_the_definition_is_marked_in_its_week() -> None:
    answer = asked(sales(Row(W1, (), 10.0), Row(W2, (), 20.0)))
    drawn = charts(answer, breaks=[(date(2026, 11, 12), "v2"), (date(2020, 1, 1), "v1")])[0]
    assert drawn.series[0].marks == [("11-09", "v2")]
    assert drawn.option["series"][0]["markLine"]["data"][0]["xAxis"] == "11-09"


def test_what_waits_is_not_drawn() -> None:
    waiting = Result("margin", "Margin", "percent", waiting="Waits for costs.")
    assert charts(asked(waiting)) == [] and table(asked(waiting)).rows == ()
