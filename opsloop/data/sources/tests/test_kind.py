"""A source's file: what is read, and what is said of what is wrong."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from opsloop.base.kinds.registry import Level
from opsloop.data.sources.definition import definition_of, key_figure
from opsloop.data.sources.kinds.arrives import Database, Drop, Filled, Http, Own
from opsloop.data.sources.models import Source
from opsloop.data.sources.tests import samples


def said(text: str, tmp_path: Path, **others: str) -> list[tuple[str, str]]:
    """(field, text) of every error that the check of a book with this source says."""
    for ident, body in {"orders": text, **others}.items():
        (tmp_path / "sources").mkdir(exist_ok=True)
        (tmp_path / "sources" / f"{ident}.yaml").write_text(body, encoding="utf-8")
    book = import_module("opsloop.playbook.book").load(tmp_path)
    return [(one.field, str(one)) for one in book.checked.errors if one.field != "owner"]


def test_the_example_is_read_without_error() -> None:
    item = samples.read(samples.TRANSACTIONS, "transactions")
    assert item.errors == ()
    assert item.obj.arrives == Drop("transactions-*.csv", ("utf-8", "gb18030"))
    assert item.obj.columns["product_id"].in_ == "products.product_id"
    assert item.obj.columns["retail_disc"].default == "0"
    assert item.obj.hold_if.rows.below * 2 == 1
    assert item.obj.check_against.limit == "0.5%"


@pytest.mark.parametrize(
    ("arrives", "cls"),
    [
        ("{drop: x.csv}", Drop),
        ("{database: shop, query: select 1}", Database),
        ("{http: 'https://x.example/a', rows: data, paging: {by: page}}", Http),
        ("{table: ledger_entries}", Own),
        ("{form: store-manager, deadline: '18:00'}", Filled),
        ("{form: [store-manager, buyer]}", Filled),
    ],
)
def test_each_way_of_arriving_is_known_by_its_first_key(arrives: str, cls: type) -> None:
    item = samples.read(samples.ORDERS.replace('{drop: "orders-*"}', arrives))
    assert item.errors == ()
    assert type(item.obj.arrives) is cls


@pytest.mark.parametrize(
    ("old", "new", "field", "text"),
    [
        ("key: [order_id]", "key: [order]", "key.0", "There is no column order. Did you mean order_id?"),
        ("time: paid_at", "time: amount", "time", "amount is no day and no moment."),
        ("at_least: 0", "at_least: much", "columns.amount.at_least", "much does not fit the type"),
        ("{allowed: [已付, 已退]}", "{pattern: '['}", "columns.status.pattern", "A regular expression"),
        ("{allowed: [已付, 已退]}", "{at_least: 3}", "columns.status.at_least", "Only numbers"),
        ("{allowed: [已付, 已退]}", "{in: orders.nothing}", "columns.status.in", "There is no column nothing"),
        ("title: 付款时间", "title: 订单号", "columns.paid_at", "订单号 is a heading of order_id and of paid_at."),
        ("timezone: Asia/Shanghai", "timezone: Asia/Nowhere", "timezone", "A time zone such as"),
        ("key: [order_id]", "key: [order_id]\nkeep: largest price", "keep", "There is no column price"),
        ("key: [order_id]", "key: [order_id]\nevery: week\non: someday", "on", "someday is no weekday."),
        ("key: [order_id]", "key: [order_id]\nhold_if: {rows: {below: 2}}", "hold_if.rows.below", "Every usual load"),
        ("key: [order_id]", "key: [order_id]\ncheck_against: {limit: 1%}", "check_against", "from a sheet or from"),
        ('"orders-*"', '"in/orders-*"', "arrives.drop", "holds no folder"),
        ("  status: ", "  Status: ", "columns.Status", "A name of small letters"),
    ],
)
def test_what_is_wrong_is_named_with_its_field(
    old: str, new: str, field: str, text: str, tmp_path: Path, db: Any
) -> None:
    found = said(samples.ORDERS.replace(old, new, 1), tmp_path)
    assert [name for name, _said in found] == [field]
    assert text in found[0][1]


def test_a_reference_to_a_column_that_is_not_there_is_wrong(tmp_path: Path, db: Any) -> None:
    text = samples.ORDERS.replace("{allowed: [已付, 已退]}", "{in: states.name}")
    states = samples.ORDERS.replace("orders-*", "states-*")
    assert said(text, tmp_path) == []
    assert "states has no column name" in said(text, tmp_path, states=states)[0][1]


def test_no_key_is_a_warning_only(tmp_path: Path, db: Any) -> None:
    assert said(samples.ORDERS.replace("key: [order_id]\n", ""), tmp_path) == []
    book = import_module("opsloop.playbook.book").load(tmp_path)
    assert ("key", Level.WARNING) in [(one.field, one.level) for one in book.checked.remarks]


@pytest.mark.both
def test_a_published_source_comes_back_as_it_was_written(db: Any) -> None:
    row = samples.source(samples.TRANSACTIONS, "transactions")
    assert definition_of(row) == samples.read(samples.TRANSACTIONS, "transactions").obj
    assert (row.table, row.owner, key_figure(definition_of(row))) == ("transactions", "data-analyst", "sales_value")
    assert Source.objects.get().obj == definition_of(row)
