"""Comparisons, time travel, what is kept, and what a person may not see."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from opsloop.base.policy.models import Mandate
from opsloop.base.testing import Cast, given, make
from opsloop.data.lake.keys import pseudonym
from opsloop.data.metrics import comparing
from opsloop.data.metrics.api import CannotAnswer, Question, Row, ask, ask_many, where_of
from opsloop.data.metrics.models import PastTotal
from opsloop.data.metrics.tests.shop import metrics, sales, shop

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 2)


def sale(order: str, who: str | None, amount: float, day: date, product: str = "p1") -> tuple[Any, ...]:
    return (order, who, product, "north", f"{amount:.2f}", "0.00", 1, day.isoformat())


def rows(metric: str, **more: Any) -> tuple[Row, ...]:
    return ask(Question((metric,), **more)).results[0].rows


@pytest.fixture
def weeks(cast: Cast) -> None:
    """Fourteen whole weeks: week n sells n on its Monday and n × 10 on its Sunday."""
    days = [(n, MONDAY + timedelta(weeks=n)) for n in range(14)]
    told = [sale(f"m{n}", "ann", n, day) for n, day in days]
    told += [sale(f"s{n}", "bob", n * 10, day + timedelta(days=6), "p3") for n, day in days]
    shop(cast.lin, told)
    metrics(
        cast.lin,
        sales="value: {sum: amount}\ntarget: {week: 150, month: 400}\nfresh_within: 1 day",
        buyers="value: {count: customer, distinct: true}",
        per_buyer="formula: sales / buyers",
    )


@pytest.mark.usefixtures("weeks")
def test_the_period_before_is_one_statement_and_one_row_earlier() -> None:
    answer = ask(Question(("sales",), grain="week", since=MONDAY + timedelta(weeks=3), compare="previous"))
    assert len(answer.sql) == 1
    assert [(r.value, r.then) for r in answer.rows[:3]] == [(33.0, 22.0), (44.0, 33.0), (55.0, 44.0)]
    assert answer.rows[0].change == pytest.approx(0.5) and answer.rows[0].period == MONDAY + timedelta(weeks=3)
    first = rows("sales", grain="week", compare="previous")[0]
    assert (first.value, first.then, first.change) == (0.0, None, None) and "No data" in str(first.why)


@pytest.mark.usefixtures("weeks")
def test_a_total_is_compared_with_the_same_length_right_before() -> None:
    week = {"since": MONDAY + timedelta(weeks=5), "until": MONDAY + timedelta(weeks=6, days=-1)}
    (row,) = rows("sales", compare="previous", **week)
    assert (row.value, row.then) == (55.0, 44.0)
    (row,) = rows("per-buyer", compare="previous", **week)
    assert (row.value, row.then, row.over, row.under) == (27.5, 22.0, 55.0, 2.0)
    (row,) = rows("sales", compare="previous", since=date(2026, 4, 1), until=date(2026, 4, 30))
    march = 0 + 0 + 1 + 10 + 2 + 20 + 3 + 30 + 4  # Mondays 2 to 30, Sundays 8 to 29
    assert row.then == march


@pytest.mark.usefixtures("weeks")
def test_no_data_last_year_is_said_and_not_zero() -> None:
    row = rows("sales", grain="week", compare="year")[-1]
    assert row.then is None and row.change is None and "last year" in str(row.why) and row.value == 143.0


@pytest.mark.usefixtures("weeks")
def test_a_year_before_meets_the_same_weekdays(cast: Cast) -> None:
    sales([sale("a", "ann", 5, MONDAY - timedelta(weeks=52)), sale("b", "ann", 6, MONDAY)])
    (row,) = rows("sales", grain="week", since=MONDAY, compare="year")
    assert (row.value, row.then) == (6.0, 5.0)


@pytest.mark.usefixtures("weeks")
def test_the_usual_is_the_mean_of_twelve_weeks_or_nothing() -> None:
    found = rows("sales", grain="week", compare="usual")
    assert found[13].then == pytest.approx(sum(n * 11 for n in range(1, 13)) / 12)
    assert found[11].then is None and "twelve" in str(found[11].why)
    since = MONDAY + timedelta(weeks=13)
    (row,) = rows("sales", since=since, until=since + timedelta(days=6), compare="usual")
    assert row.then == pytest.approx(71.5)


@pytest.mark.usefixtures("weeks")
def test_targets_come_from_the_file_unless_somebody_knows_better(monkeypatch: pytest.MonkeyPatch) -> None:
    row = rows("sales", grain="week", compare="target")[-1]
    assert (row.value, row.then) == (143.0, 150.0)
    row = rows("sales", grain="day", compare="target")[-1]
    assert row.then is None and "target" in str(row.why)
    monkeypatch.setattr(comparing, "target_hooks", [lambda metric, grain, day: 7.0 if grain == "day" else None])
    assert rows("sales", grain="day", compare="target")[-1].then == 7.0
    assert rows("sales", grain="month", compare="target")[-1].then == 400.0


@pytest.mark.usefixtures("weeks")
def test_an_old_version_answers_as_it_did(cast: Cast) -> None:
    old = ask(Question(("sales",)))
    sales([sale("x", "ann", 1, MONDAY)])
    assert ask(Question(("sales",))).results[0].value == 1.0
    again = ask(Question(("sales",), at=old.snapshot))
    assert again.results[0].value == old.results[0].value == 1001.0 and again.snapshot == old.snapshot


@pytest.mark.usefixtures("weeks")
def test_a_repeated_question_is_answered_from_what_is_kept_until_a_new_version() -> None:
    question = Question(("sales", "buyers"), grain="week", by=("department",), compare="previous")
    first, second = ask(question), ask(question)
    assert (first.cached, second.cached) == (False, True) and second.results == first.results
    sales([sale("x", "ann", 1, MONDAY)])
    assert not ask(question).cached


@pytest.mark.usefixtures("weeks")
def test_a_dashboard_is_one_statement_for_its_relation() -> None:
    week = {"since": MONDAY + timedelta(weeks=12), "until": MONDAY + timedelta(weeks=13, days=-1)}
    questions = [
        Question(("sales",), compare="previous", **week),
        Question(("buyers",), compare="previous", **week),
        Question(("per-buyer",), **week),
        Question(("sales",), grain="week"),
        Question(("sales",), by=("department",), **week),
        Question(("sales",), where=where_of([("department", "fuel")]), **week),
    ]
    answers = ask_many(questions)
    assert {len(one.sql) for one in answers} == {1}
    assert [one.rows for one in answers] == [ask(question).rows for question in questions]


@pytest.mark.usefixtures("weeks")
def test_personal_dimensions_are_masked_and_cannot_be_asked_for_by_value(cast: Cast) -> None:
    question = Question(("sales",), by=("customer",))
    for nobody_or in (None, cast.wu):
        hidden = ask(question, nobody_or)
        assert sorted(row.dims[0] or "" for row in hidden.rows) == sorted([pseudonym("ann"), pseudonym("bob")])
        assert [row.value for row in hidden.rows] == [91.0, 910.0]
        with pytest.raises(CannotAnswer, match="customer"):
            ask(Question(("sales",), where=where_of([("customer", "ann")])), nobody_or)
    assert next(row.dims for row in ask(Question(("sales",), by=("phone",)), cast.wu).rows) == ("138****5678",)
    with given():
        mandate = Mandate.objects.get(position=cast.analyst)
        mandate.reads = ["identity"]
        mandate.save()
    assert [row.dims for row in ask(question, cast.wu).rows] == [("ann",), ("bob",)]
    assert ask(Question(("sales",), where=where_of([("customer", "ann")])), cast.wu).rows[0].value == 91.0


def typed(metric: str, **months: str) -> None:
    """Months of 2025 by their number, as m3="100"."""
    for month, amount in months.items():
        make(PastTotal, metric=metric, month=date(2025, int(month[1:]), 1), value=Decimal(amount))


@pytest.mark.usefixtures("weeks")
def test_months_typed_in_stand_where_the_data_of_last_year_is_missing() -> None:
    typed("sales", m4="440", m5="50", m6="60")
    april, quarter = {"since": date(2026, 4, 1), "until": date(2026, 4, 30)}, date(2026, 4, 1)
    (row,) = rows("sales", grain="month", compare="year", **april)
    assert row.then == 440.0 and row.change == pytest.approx((row.value or 0) / 440 - 1)
    assert rows("sales", compare="year", **april)[0].then == 440.0, "a total that is just one month"
    for grain in ("day", "week"):
        row = rows("sales", grain=grain, compare="year", **april)[-1]
        assert row.then is None and "last year" in str(row.why), grain
    row = rows("sales", grain="quarter", compare="year", since=quarter)[-1]
    assert row.then is None, "the quarter runs until June, the data only to the seventh: no whole quarter to compare"
    (row,) = rows(
        "sales", grain="month", compare="year", by=("department",), since=date(2026, 4, 1), until=april["until"]
    )[:1]
    assert row.then is None, "months are of the whole company"


@pytest.mark.usefixtures("weeks")
def test_the_running_month_is_not_held_against_a_whole_one() -> None:
    typed("sales", m6="600")
    row = rows("sales", grain="month", compare="year", since=date(2026, 6, 1))[-1]
    assert row.period == date(2026, 6, 1) and row.then is None and "last year" in str(row.why)


@pytest.mark.usefixtures("weeks")
def test_a_quarter_is_made_of_its_months_and_a_quotient_of_its_parts(cast: Cast) -> None:
    metrics(
        cast.lin,
        lines="value: {count: rows}",
        per_line="formula: sales / lines",
        change="change: {of: sales, against: year}",
    )
    sales([sale("a", "ann", 90, date(2026, 4, 1)), sale("b", "ann", 10, date(2026, 6, 30))])
    typed("sales", m4="20", m5="20", m6="10")
    quarter = {"grain": "quarter", "since": date(2026, 4, 1), "until": date(2026, 6, 30)}
    (row,) = rows("sales", compare="year", **quarter)
    assert (row.value, row.then) == (100.0, 50.0)
    assert rows("per-line", compare="year", **quarter)[0].then is None
    assert rows("change", **quarter)[0].value == 1.0
    typed("lines", m4="2", m5="2", m6="1")
    assert rows("per-line", compare="year", **quarter)[0].then == 10.0


@pytest.mark.usefixtures("weeks")
def test_a_year_in_which_the_data_only_began_is_no_year_before(cast: Cast) -> None:
    told = [
        sale("a", "ann", 5, date(2025, 3, 20)),
        sale("b", "ann", 7, date(2025, 4, 2)),
        sale("c", "ann", 9, date(2026, 4, 30)),
    ]
    sales([*told, sale("d", "ann", 1, date(2026, 3, 31))])
    march, april = rows("sales", grain="month", compare="year", since=date(2026, 3, 1))
    assert march.then is None and "begins only on" in str(march.why) and april.then == 7.0
    typed("sales", m3="30")
    assert rows("sales", grain="month", compare="year", since=date(2026, 3, 1))[0].then == 30.0
