"""Readers of another language meet metrics, dimensions and dashboards in its words; ids and data stay."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils.translation import override

from opsloop.base.kinds.registry import Change, kinds
from opsloop.base.kinds.translated import in_words
from opsloop.base.testing import Cast, given, make
from opsloop.data.explore.models import Dashboard
from opsloop.data.metrics.api import Question, ask
from opsloop.data.metrics.dims import titles
from opsloop.data.metrics.models import Metric
from opsloop.data.metrics.tests.shop import SALES, define, metrics, shop
from opsloop.playbook.kinds.translation import Translation
from opsloop.ui.testing import signed_in

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


def translate(by: Any, **texts: dict[str, str]) -> None:
    """Publish English texts; sales__metric is en/metrics/sales."""
    changes = []
    for name, fields in texts.items():
        ident, _sep, kind = name.partition("__")
        changes.append(Change(f"en/{kinds[kind].folder}/{ident}", Translation(fields=fields), 1, "0" * 64, DAY))
    hook = kinds["translation"].compile
    assert hook is not None
    with given():
        hook(changes, by)


@pytest.fixture(autouse=True)
def data(cast: Cast) -> None:
    shop(cast.lin, [("a", "ann", "p1", "north", "10", "0", 1, DAY), ("b", "bob", "p3", "north", "5", "0", 1, DAY)])
    define("source", cast.lin, sales=SALES.replace("{type: text}\n  amount", "{type: text, title: 门店}\n  amount"))
    metrics(cast.lin, sales="value: {sum: amount}\nunit: count\ncounted: 元\nby: [shop, department]")
    groups = [{"title": "经营", "tiles": [{"metric": "sales", "note": "每周一看"}]}]
    make(Dashboard, ident="manager", title="经理看板", definition={"title": "经理看板", "groups": groups})
    with given():
        row = Metric.objects.get(ident="sales")
        row.title, row.definition = "销售额", {**row.definition, "title": "销售额", "meaning": "收了多少"}
        row.save()
    translate(
        cast.lin,
        sales__metric={"title": "Sales", "meaning": "Money taken", "counted": "yuan"},
        manager__dashboard={"title": "The week", "groups.0.title": "Business", "groups.0.tiles.0.note": "On Mondays"},
        sales__source={"title": "Receipts", "columns.shop.title": "Store"},
    )


def page(who: Any, path: str, language: str) -> str:
    return signed_in(who, language).get(path).content.decode()


def test_an_answer_has_the_readers_words_and_goes_by_ids(cast: Cast) -> None:
    for language, title, counted in (("zh-hans", "销售额", "元"), ("en", "Sales", "yuan"), ("zh-hans", "销售额", "元")):
        with override(language):
            (found,) = ask(Question(("sales",), by=("department",))).results
            assert (found.metric, found.title, found.counted) == ("sales", title, counted)
    with override("en"):
        assert titles(["sales"], ["shop", "department"]) == {"shop": "Store", "department": "department"}
    with override("zh-hans"):
        assert titles(["sales"], ["shop"]) == {"shop": "门店"}


@pytest.mark.parametrize(
    ("path", "english"),
    [
        ("/metrics/", ["Sales", "Money taken"]),
        ("/metrics/sales/", ["Sales", "Money taken", "Receipts", "Store"]),
        ("/explore/?m=sales&by=shop", ["Sales", "Store"]),
        ("/explore/explain/?metric=sales", ["Sales"]),
        ("/explore/rows/?m=sales&from=2026-03-01&to=2026-03-31", ["Sales", "Receipts", "Store"]),
        ("/explore/dashboards/", ["The week"]),
        ("/explore/dashboards/manager/", ["The week", "Business", "Sales", "On Mondays"]),
    ],
)
def test_every_page_is_in_the_readers_words(cast: Cast, path: str, english: list[str]) -> None:
    body = page(cast.wu, path, "en")
    assert [one for one in english if one not in body] == []
    assert [one for one in ("销售额", "收了多少", "经理看板", "经营", "每周一看") if one in body] == []
    assert "销售额" in page(cast.wu, path, "zh-hans") or "经理看板" in page(cast.wu, path, "zh-hans")


def test_a_translation_that_is_taken_away_is_gone(cast: Cast) -> None:
    hook = kinds["translation"].compile
    assert hook is not None
    with given():
        hook([Change("en/metrics/sales", None, 2, "", DAY)], cast.lin)
    with override("en"):
        assert ask(Question(("sales",))).results[0].title == "销售额"


def test_texts_stand_at_their_paths_and_others_are_passed_over() -> None:
    said = {"title": "题", "groups": [{"tiles": [{"note": "注", "n": 1}]}], "columns": {"a": {"title": "甲"}}}
    texts = {"title": "T", "groups.0.tiles.0.note": "N", "groups.0.tiles.0.n": "x", "groups.7.title": "G",
             "columns.a.title": "A", "gone": "?"}  # fmt: skip
    assert in_words(said, texts) == {
        "title": "T", "groups": [{"tiles": [{"note": "N", "n": 1}]}], "columns": {"a": {"title": "A"}},
    }  # fmt: skip
    assert said["title"] == "题"
