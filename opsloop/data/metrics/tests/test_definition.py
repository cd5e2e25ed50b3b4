"""A metric's and a dataset's file: what is read, what is said of wrong ones, what a publication writes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from opsloop.base.kinds.registry import Change, Level, kinds
from opsloop.base.testing import Cast, given
from opsloop.data.datasets.models import Dataset as DatasetRow
from opsloop.data.metrics.checks import check_metric
from opsloop.data.metrics.definition import Metric
from opsloop.data.metrics.models import Metric as Row
from opsloop.playbook.book import Playbook
from opsloop.playbook.reader.files import Item, read_text

REPEAT = """\
title: 复购率(28天)
meaning: 28天内购买2次及以上的客户 ÷ 28天内购买客户
class: key                          # 关键指标:每日;一般 general:每周;定期 periodic:每月
owner: data-analyst
from: baskets
window: 28 days
ratio:
  over: {count: household_id, having: {count: basket_id, distinct: true, at_least: 2}}
  under: {count: household_id, distinct: true}
time: day
by: [store_id, age_group, income_group]
unit: percent
better: higher
fresh_within: 1 day
"""
BASKETS = """\
-- one row = one basket
-- key: basket_id
-- not null: household_id, store_id, day
select basket_id, household_id, store_id, min(day) as day, sum(sales_value) as sales_value
from transactions
group by basket_id, household_id, store_id
"""
HEAD = "title: x\nmeaning: x\nclass: key\nowner: data-analyst\n"


def read(kind: str, ident: str, text: str) -> Item:
    return read_text(kinds[kind], ident, kinds[kind].path(ident), text)


def book(**files: tuple[str, str]) -> Playbook:
    """ident=(kind, text); underscores in idents stand for hyphens."""
    items = [read(kind, ident.replace("_", "-"), text) for ident, (kind, text) in files.items()]
    assert [error for item in items for error in item.errors] == []
    return Playbook({(item.kind, item.ident): item for item in items})


def errors(text: str, **files: tuple[str, str]) -> list[str]:
    found = book(it=("metric", HEAD + text), **files)
    return [f"{s.field}: {s.text}" for s in check_metric("it", found.get("metric", "it"), found) if s.level == "error"]


def test_the_example_of_a_metric_reads_without_error() -> None:
    item = read("metric", "repeat-purchase-rate", REPEAT)
    assert item.errors == ()
    metric: Metric = item.obj
    assert metric.ratio is not None and metric.ratio.over.having is not None
    assert (metric.from_, metric.window, metric.ratio.over.count) == ("baskets", "28 days", "household_id")
    assert metric.ratio.over.having.at_least == 2 and metric.ratio.under.distinct and metric.places == 1
    found = book(repeat_purchase_rate=("metric", REPEAT), baskets=("dataset", BASKETS))
    said = list(check_metric("repeat-purchase-rate", metric, found))
    assert [(one.field, one.level) for one in said] == [("by.1", Level.WARNING), ("by.2", Level.WARNING)]


def test_the_example_of_a_dataset_reads_without_error() -> None:
    item = read("dataset", "baskets", BASKETS)
    assert item.errors == ()
    assert item.obj.key == ("basket_id",) and item.obj.not_null == ("household_id", "store_id", "day")
    assert item.obj.one_row == "one basket" and item.obj.query.text.startswith("select basket_id")
    check = kinds["dataset"].check
    assert check is not None
    said = list(check("baskets", item.obj, book(baskets=("dataset", BASKETS))))
    assert [one.level for one in said] == [Level.NOTE] and "transactions" in str(said[0].text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("from: a\n", "value: A metric is exactly one of"),
        ("from: a\nvalue: {sum: x}\nformula: a / b\n", "formula: A metric is exactly one of"),
        ("from: a\nvalue: {sum: x, count: y}\n", "value: Exactly one of"),
        ("from: a\nvalue: {}\n", "value: Exactly one of"),
        ("value: {sum: x}\n", "from: It is not said"),
        ("from: a\nretention: {of: x}\n", "window: Retention needs"),
        ("from: a\nvalue: {sum: x}\nwindow: 7 days\nto_date: month\n", "window: Only one of"),
        ("from: a\nratio: {over: {sum: x}, under: {sum: y}}\nbalance: last\n", "balance: A balance"),
        ("from: a\nvalue: {quantile: x}\n", "value.at: A quantile needs"),
        ("from: a\nvalue: {sum: x, distinct: true}\n", "value.distinct: Only a count"),
        ("from: a\nvalue: {count: x, having: {count: y}}\n", "value.having: at_least"),
        ("formula: nothing / it\n", "formula: There is no metric nothing."),
        ("formula: it + 1\n", "formula: The metric is computed from itself"),
        ("formula: (it\n", "formula: A bracket is not closed."),
        ("from: a\nvalue: {sum: x}\ntarget: {fortnight: 3}\n", "target.fortnight: A target is for"),
        ("from: a\nvalue: {sum: read_text('/etc/passwd')}\n", "value.sum: READ_TEXT('/etc/passwd') cannot stand"),
        ("from: a\nvalue: {sum: (select max(x) from y)}\n", "value.sum: "),
        ("from: a\nvalue: {sum: 'x; drop table y'}\n", "value.sum: "),
        ("from: baskets\nvalue: {sum: gone}\n", "value.sum: No relation has a column gone."),
        ("from: baskets\ntime: sold_at\nvalue: {sum: sales_value}\n", "time: baskets has no column sold_at."),
    ],
)
def test_a_wrong_metric_is_told_with_its_field(text: str, said: str) -> None:
    found = errors(text, baskets=("dataset", BASKETS))
    assert any(one.startswith(said) for one in found), found


def test_what_only_waits_is_no_error() -> None:
    assert errors("waits_for: 成本\n") == [] and errors("from: costs\nvalue: {sum: cost}\nwaits_for: 成本\n") == []


def dataset_errors(**texts: str) -> list[str]:
    found = book(**{name: ("dataset", text) for name, text in texts.items()})
    check = kinds["dataset"].check
    assert check is not None
    return [str(s.text) for name, obj in found.all("dataset") for s in check(name, obj, found) if s.level == "error"]


@pytest.mark.parametrize(
    ("select", "said"),
    [
        ("select 1 as a from read_csv('/etc/passwd')", "READ"),
        ("select * from '/etc/passwd'", "one word"),
        ("select 1 as a; select 2 as a", "One SELECT"),
        ("drop table x", "One SELECT"),
        ("select a from", "cannot be read"),
        ("select b from x", "no column a"),
        ("select a from main.x", "one word"),
        ("select getenv('HOME') as a", "getenv"),
    ],
)
def test_a_dataset_is_one_select_that_reaches_nothing_else(select: str, said: str) -> None:
    found = dataset_errors(d=f"-- one row = a thing\n-- key: a\n{select}\n")
    assert found and said.lower() in found[0].lower()


def test_datasets_in_a_circle_are_told() -> None:
    head = "-- one row = a thing\n-- key: a\n"
    found = dataset_errors(x=f"{head}select a from y\n", y=f"{head}select a from x\n")
    assert found == ["The datasets read each other in a circle."] * 2


@pytest.mark.both
def test_a_publication_writes_the_rows_and_a_withdrawal_keeps_them(cast: Cast) -> None:
    item = read("metric", "repeat-purchase-rate", REPEAT)
    hook = kinds["metric"].compile
    assert hook is not None
    with given():
        hook([Change(item.ident, item.obj, 3, item.sha256, date(2026, 1, 1))], cast.lin)
    row = Row.objects.get(ident="repeat-purchase-rate")
    assert (row.number, row.title, row.withdrawn, row.obj) == (3, "复购率(28天)", False, item.obj)
    with given():
        hook([Change(item.ident, None, 3, item.sha256, date(2026, 1, 1))], cast.lin)
    row = Row.objects.get(ident="repeat-purchase-rate")
    assert row.withdrawn and row.obj == item.obj
    data: Any = read("dataset", "baskets", BASKETS)
    with given():
        kinds["dataset"].compile([Change("baskets", data.obj, 1, data.sha256, date(2026, 1, 1))], cast.lin)  # type: ignore[misc]
    assert DatasetRow.objects.get().obj == data.obj and DatasetRow.objects.get().relation == "baskets"
