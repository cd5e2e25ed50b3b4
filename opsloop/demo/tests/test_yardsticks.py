"""The figures that the week of 11 to 17 December 2017 must show, computed once by hand from the package itself."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from opsloop.base.people.models import Person
from opsloop.data.metrics.api import Question, ask, ask_many, explain, where_of
from opsloop.data.metrics.models import Metric
from opsloop.demo import arriving, bringing
from opsloop.demo.chosen import Chosen
from opsloop.demo.tests.test_bringing import published, quiet

__all__ = ["published"]
WEEK = date(2017, 12, 11), date(2017, 12, 17)
BEFORE = date(2017, 12, 4), date(2017, 12, 10)
FIGURES = {
    "sales": 86_923.35, "sales-growth": -0.0647, "orders": 2_933, "average-order": 29.64, "buying-customers": 1_342,
    "repeat-purchase-rate": 0.844, "retention-rate": 1_817 / 2_044, "discount-rate": 0.148, "lines-per-order": 9.20,
}  # fmt: skip
DEPARTMENTS = {"食品杂货": -3_700, "包装肉品": -1_070, "鲜肉": -769, "加油": -554, "杂项": 691, "烘焙": 151}
CATEGORIES = {"牛肉": -806, "冷冻速食": -637, "冷冻披萨": -453, "烘焙原料": 318}
WHOLE = Chosen(0, date(2026, 11, 21), complete=True)

pytestmark = pytest.mark.django_db


def test_the_week_shows_the_figures_worked_out_by_hand(published: Person, tmp_path: Path) -> None:
    bringing.bring(WHOLE, arriving.at_set_up(WHOLE), by=published, tell=quiet)
    questions = [Question((ident,), "week", since=WEEK[0], until=WEEK[1]) for ident in FIGURES]
    found = {one.question.metrics[0]: one.results[0].value for one in ask_many(questions)}
    for ident, wanted in FIGURES.items():
        assert found[ident] == pytest.approx(wanted, abs=0.005 if wanted > 2 else 0.0005), ident

    eighteen = ask(Question(("campaign-redemption-rate",), "week", (), *WEEK, where=where_of([("campaign_id", "18")])))
    [row] = eighteen.rows
    assert (row.over, row.under) == (205, 1_133)

    why = explain("sales", *WEEK, *BEFORE)
    assert why.difference == pytest.approx(-6_015.89, abs=0.005)
    assert why.factors is not None
    assert [round(part.effect) for part in why.factors.parts] == [574, -6_590]
    effects = {split.by: {part.name: part.effect for part in split.parts} for split in why.splits}
    for by, wanted_parts in (("department", DEPARTMENTS), ("category", CATEGORIES)):
        assert sum(effects[by].values()) == pytest.approx(-6_015.89, abs=0.005)
        assert {name: round(effects[by][name]) for name in wanted_parts} == wanted_parts

    _at_least_35_are_live()
    _those_that_wait_say_for_what()


def _questions() -> list[Question]:
    idents = Metric.objects.filter(withdrawn=False).values_list("ident", flat=True)
    return [Question((ident,), "quarter", since=date(2017, 7, 1), until=date(2017, 9, 30)) for ident in idents]


def _at_least_35_are_live() -> None:
    answers = ask_many(_questions())
    live = [one for one in answers if not one.results[0].waiting and one.results[0].value is not None]
    assert len(live) >= 35


def _those_that_wait_say_for_what() -> None:
    waiting = [one.results[0] for one in ask_many(_questions()) if one.results[0].waiting]
    assert {"gross-margin-rate", "complaint-rate", "new-customers"} <= {one.metric for one in waiting}
    assert all(str(one.waiting) for one in waiting)
