"""A control figure comes in, a difference is explained, checked by somebody else, and opened again."""

from __future__ import annotations

from decimal import Decimal

import pytest

from opsloop.base.acts import Forbidden, Refused
from opsloop.base.inbox.models import Notice
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Person
from opsloop.base.testing import Cast, hold
from opsloop.data.reconciliation.actions import FigureRow, check, enter_figure, enter_many, explain, reopen
from opsloop.data.reconciliation.models import Cause, Control, Origin, State
from opsloop.data.reconciliation.queries import doubts
from opsloop.data.reconciliation.tests.conftest import a_source, day, load, measured
from opsloop.data.sources.models import Source

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def entered(by: Person, figure: str, n: int = 1, source: str = "sales") -> Control:
    return enter_figure(by=by, source=source, day=day(n), control=Decimal(figure))


def in_doubt(source: str = "sales") -> list[int]:
    """How many days ago the days in doubt are."""
    return [(day(0) - one.day).days for one in doubts(source, day(60), day(0))]


def test_our_figures_come_from_the_newest_version_of_the_source(sales: Source) -> None:
    rows = list(Control.objects.order_by("day"))
    assert [row.ours for row in rows] == [Decimal(1000)] * 10
    assert {row.state for row in rows} == {State.WAITING}
    assert in_doubt() == []


@pytest.mark.parametrize(
    ("figure", "state"),
    [("1000", "within"), ("1004", "within"), ("995.03", "within"), ("1006", "open"), ("994", "open"), ("0", "open")],
)
def test_half_a_percent_of_the_control_figure_may_differ(
    sales: Source, analyst: Person, figure: str, state: str
) -> None:
    row = entered(analyst, figure)
    assert (row.state, row.origin, row.entered_by) == (state, Origin.TYPED, analyst)
    assert in_doubt() == ([1] if state == "open" else [])


def test_a_limit_may_be_an_amount(cast: Cast, analyst: Person) -> None:
    a_source("stock", check_against={"sheet": "Count", "limit": "10"})
    load(cast, "stock", {day(1): 1000, day(2): 1000})
    measured(cast, "stock")
    assert entered(analyst, "1010", 1, "stock").state == State.WITHIN
    assert entered(analyst, "1010.01", 2, "stock").state == State.OPEN


def test_a_difference_is_explained_by_who_typed_it_and_checked_by_another(
    sales: Source, analyst: Person, finance: Person
) -> None:
    row = entered(analyst, "1100")
    explain(row, by=analyst, cause=Cause.REFUND)
    assert (row.state, in_doubt()) == (State.EXPLAINED, [1])
    with pytest.raises(Refused, match="somebody else"):
        check(row, by=analyst)
    check(row, by=finance)
    assert (row.state, row.cause, row.checked_by, in_doubt()) == (State.CHECKED, Cause.REFUND, finance, [])
    assert [e.act for e in Entry.objects.filter(object_type="reconciliation.control").order_by("id")] == [
        "reconciliation.enter", "reconciliation.explain", "reconciliation.check",
    ]  # fmt: skip


def test_a_check_needs_a_cause_and_another_cause_needs_words(sales: Source, analyst: Person, finance: Person) -> None:
    row = entered(analyst, "1100")
    with pytest.raises(Refused, match="Name the cause"):
        check(row, by=finance)
    with pytest.raises(Refused, match="few words"):
        check(row, by=finance, cause=Cause.OTHER)
    check(row, by=finance, cause=Cause.OTHER, note="two gift cards")
    assert row.note == "two gift cards"


def test_confirming_that_our_figure_is_wrong_does_not_make_it_right(
    cast: Cast, sales: Source, analyst: Person, finance: Person
) -> None:
    row = entered(analyst, "1100")
    check(row, by=finance, cause=Cause.MISSING)
    assert in_doubt() == [1]
    load(cast, "sales", {day(1): 1100})
    measured(cast)
    row.refresh_from_db()
    assert (row.state, row.ours, in_doubt()) == (State.WITHIN, Decimal(1100), [])


def test_another_difference_is_not_covered_by_the_check_of_the_first(
    cast: Cast, sales: Source, analyst: Person, finance: Person
) -> None:
    row = entered(analyst, "1100")
    check(row, by=finance, cause=Cause.ZONE)
    load(cast, "sales", {day(1): 1050})
    measured(cast)
    row.refresh_from_db()
    assert (row.state, row.cause, row.checked_by, in_doubt()) == (State.OPEN, "", None, [1])


def test_a_version_without_a_change_of_the_day_leaves_the_check(
    cast: Cast, sales: Source, analyst: Person, finance: Person
) -> None:
    row = entered(analyst, "1100")
    check(row, by=finance, cause=Cause.ZONE)
    load(cast, "sales", {day(1): 1000, day(2): 900})
    measured(cast)
    row.refresh_from_db()
    assert row.state == State.CHECKED
    assert Control.objects.get(day=day(2)).ours == Decimal(900)
    assert Control.objects.get(day=day(3)).ours is None


def test_a_figure_that_comes_before_our_data_is_judged_when_the_data_comes(cast: Cast, analyst: Person) -> None:
    a_source()
    assert entered(analyst, "1000").state == State.WAITING
    load(cast, "sales", {day(1): 800})
    measured(cast)
    assert Control.objects.get().state == State.OPEN


def test_a_checked_day_is_opened_again_before_its_figure_is_corrected(
    sales: Source, analyst: Person, finance: Person
) -> None:
    row = entered(analyst, "1100")
    check(row, by=finance, cause=Cause.ZONE)
    with pytest.raises(Refused, match="open them again first"):
        entered(analyst, "1000")
    reopen(row, by=finance, reason="the till printed it again")
    assert row.state == State.OPEN
    assert entered(analyst, "1000").state == State.WITHIN
    with pytest.raises(Refused, match="was not checked"):
        reopen(Control.objects.get(day=day(1)), by=finance, reason="again")


def test_many_days_come_in_together_or_not_at_all(sales: Source, analyst: Person) -> None:
    rows = [FigureRow(day(n), Decimal(1000 + 100 * (n == 3))) for n in (1, 2, 3)]
    with pytest.raises(Refused, match="twice"):
        enter_many(by=analyst, source="sales", rows=[*rows, FigureRow(day(1), Decimal(7))])
    with pytest.raises(Refused, match="have not been yet"):
        enter_many(by=analyst, source="sales", rows=[*rows, FigureRow(day(-1), Decimal(7))])
    assert not Control.objects.filter(control__isnull=False).exists()
    enter_many(by=analyst, source="sales", rows=rows)
    assert in_doubt() == [3]
    assert Control.objects.filter(state=State.WITHIN).count() == 2


def test_the_owner_is_told_once_for_a_source(cast: Cast, sales: Source, analyst: Person, finance: Person) -> None:
    owner = cast.chen
    hold(owner, cast.analyst, cast.data)
    entered(finance, "1100", 1)
    entered(finance, "1200", 2)
    [line] = Notice.objects.filter(person=owner)
    assert (line.kind, line.link) == ("reconciliation.above", f"/reconciliation/sales/?month={day(2):%Y-%m}")
    assert line.count == 2


def test_a_control_figure_of_another_source_is_read_there(cast: Cast, analyst: Person) -> None:
    a_source("till", check_against=None)
    a_source("sales", check_against={"source": "till", "theirs": "amount", "limit": "1%"})
    load(cast, "till", {day(1): 1000, day(2): 1200})
    load(cast, "sales", {day(1): 1000, day(2): 1000})
    measured(cast)
    assert {row.day: (row.control, row.state, row.origin) for row in Control.objects.all()} == {
        day(1): (Decimal(1000), State.WITHIN, Origin.SOURCE),
        day(2): (Decimal(1200), State.OPEN, Origin.SOURCE),
    }
    with pytest.raises(Refused, match="Another source"):
        entered(analyst, "7", 2)
    check(Control.objects.get(day=day(2)), by=analyst, cause=Cause.MANUAL)
    assert in_doubt() == []


def test_a_source_without_an_agreement_takes_no_figure(cast: Cast, analyst: Person) -> None:
    a_source("notes", check_against=None)
    with pytest.raises(Refused, match="No control figure is agreed"):
        entered(analyst, "1", 1, "notes")


def test_who_holds_no_position_for_it_may_not(cast: Cast, sales: Source, analyst: Person) -> None:
    row = entered(analyst, "1100")
    for what in (
        lambda: entered(cast.chen, "5"),
        lambda: enter_many(by=cast.chen, source="sales", rows=[FigureRow(day(1), Decimal(5))]),
        lambda: explain(row, by=cast.chen, cause=Cause.ZONE),
        lambda: check(row, by=cast.chen, cause=Cause.ZONE),
        lambda: reopen(row, by=analyst, reason="because"),
    ):
        with pytest.raises(Forbidden):
            what()
    row.refresh_from_db()
    assert row.state == State.OPEN


def test_doubts_are_of_the_asked_days_and_source_only(sales: Source, analyst: Person) -> None:
    entered(analyst, "1100", 2)
    entered(analyst, "900", 5)
    [one] = doubts("sales", day(3), day(1))
    assert (one.day, one.difference, one.rate) == (day(2), Decimal(-100), Decimal(-100) / Decimal(1100))
    assert [len(doubts("sales", day(5), day(5))), len(doubts("till", day(9), day(0)))] == [1, 0]


def test_a_control_figure_is_named_by_the_title_of_its_source(cast: Cast) -> None:
    a_source("sales")
    assert str(Control(source="sales", day=day(1))) == f"Sales {day(1)}"
    assert str(Control(source="gone", day=day(1))) == f"gone {day(1)}"
