"""A small shop whose numbers can be worked by hand: tables in the lake, sources, datasets and metrics as published."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.core.cache import cache

from opsloop.base.kinds.registry import Change, kinds
from opsloop.base.people.models import Person
from opsloop.base.testing import given
from opsloop.data.lake import store
from opsloop.data.lake.models import Snapshot
from opsloop.data.lake.publishing import Version, put_versions
from opsloop.data.metrics.counting import RESULTS, plans
from opsloop.playbook.reader.files import read_text

HEAD = "title: {ident}\nmeaning: m\nclass: key\nowner: data-analyst\n"

SALES = """
title: 销售
owner: data-analyst
arrives: {drop: "sales-*.csv"}
currency: CNY
key: [order_id, product_id]
time: sold_at
columns:
  order_id:   {type: text, required: true}
  customer:   {type: text, personal: identity, in: people.customer}
  product_id: {type: text, in: products.product_id}
  shop:       {type: text}
  amount:     {type: money}
  cost:       {type: money}
  pieces:     {type: integer}
  sold_at:    {type: datetime}
"""
PRODUCTS = """
title: 商品
owner: data-analyst
arrives: {drop: "products-*.csv"}
key: [product_id]
columns:
  product_id: {type: text, required: true}
  department: {type: text}
  maker:      {type: text, in: makers.maker}
"""
PEOPLE = """
title: 客户
owner: data-analyst
arrives: {drop: "people-*.csv"}
key: [customer]
columns:
  customer: {type: text, required: true, personal: identity}
  age:      {type: text}
  phone:    {type: text, personal: contact}
"""
SALES_TYPES = {
    "order_id": "varchar", "customer": "varchar", "product_id": "varchar", "shop": "varchar",
    "amount": "decimal(18,2)", "cost": "decimal(18,2)", "pieces": "bigint", "day": "date",
}  # fmt: skip


def literal(value: Any, type_: str) -> str:
    return f"cast({'null' if value is None else store.quoted(str(value))} as {type_})"


def publish(
    table: str, rows: Sequence[Sequence[Any]], types: dict[str, str], personal: dict[str, str] | None = None
) -> Snapshot:
    """A new version of a table that holds just these rows."""
    from opsloop.data.lake.manifest import files_of, newest

    told = ", ".join(
        "(" + ", ".join(literal(v, t) for v, t in zip(row, types.values(), strict=True)) + ")" for row in rows
    )
    day = "day" if "day" in types else next(iter(types))
    files = store.write_partitions(
        table,
        f"select * from (values {told}) t({', '.join(map(store.identifier, types))})",
        by="'all'",
        day=day if day == "day" else "null::date",
    )
    last = newest(table)
    gone = [f.path for f in files_of(last)] if last else []
    columns = store.columns_of(files, personal)
    with given():
        return put_versions([Version(table=table, batch="t", reason="t", added=files, removed=gone, columns=columns)])[
            0
        ]


def define(kind: str, by: Person, **texts: str) -> None:
    """Publish files of a kind; underscores in names stand for hyphens."""
    changes = []
    for name, text in texts.items():
        ident = name.replace("_", "-")
        item = read_text(kinds[kind], ident, kinds[kind].path(ident), text)
        assert item.errors == (), item.errors
        changes.append(Change(ident, item.obj, 1, item.sha256, date(2026, 1, 1)))
    hook = kinds[kind].compile
    assert hook is not None
    with given():
        hook(changes, by)


def metrics(by: Person, **texts: str) -> None:
    """Publish metrics over `sales` by what differs."""
    heads = {
        name: HEAD.format(ident=name) + ("" if "formula" in t or "change" in t or "from:" in t else "from: sales\n")
        for name, t in texts.items()
    }
    define("metric", by, **{name: heads[name] + text + "\n" for name, text in texts.items()})


def fresh() -> None:
    plans().clear()
    RESULTS.clear()
    cache.clear()


def sales(rows: Iterable[tuple[Any, ...]]) -> Snapshot:
    """rows: (order, customer, product, shop, amount, cost, pieces, day)."""
    return publish("sales", list(rows), SALES_TYPES, {"customer": "identity"})


def shop(by: Person, rows: Iterable[tuple[Any, ...]]) -> Snapshot:
    """Sources and their tables; the products are p1, p2 of food and p3 of fuel."""
    fresh()
    define("source", by, sales=SALES, products=PRODUCTS, people=PEOPLE)
    publish(
        "products",
        [("p1", "food", "m1"), ("p2", "food", "m2"), ("p3", "fuel", None)],
        {"product_id": "varchar", "department": "varchar", "maker": "varchar"},
    )
    publish(
        "people",
        [("ann", "20-29", "13812345678"), ("bob", "30-39", "13912345678"), ("cid", "30-39", None)],
        {"customer": "varchar", "age": "varchar", "phone": "varchar"},
        {"customer": "identity", "phone": "contact"},
    )
    return sales(rows)
