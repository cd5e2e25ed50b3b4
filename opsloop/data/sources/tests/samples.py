"""Sources as people write them, and rows for tests."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from opsloop.base.kinds.fields import plain
from opsloop.base.kinds.registry import kinds
from opsloop.base.testing import make
from opsloop.data.sources.models import Source

TRANSACTIONS = """title: 门店交易明细
owner: data-analyst
arrives: {drop: "transactions-*.csv", encoding: [utf-8, gb18030]}
every: day
expected_by: "06:00"
timezone: America/New_York         # 营业日按门店所在时区
day_starts: "00:00"                # 营业日切点
currency: USD
key: [basket_id, product_id]
keep: newest                       # 主键重复时保留后到的一行
time: sold_at
columns:
  basket_id:    {type: text, required: true}
  household_id: {type: text, required: true, personal: identity}
  store_id:     {type: text, required: true}
  product_id:   {type: text, required: true, in: products.product_id, otherwise: unknown}   # 保留并计为未知商品
  quantity:     {type: integer, at_least: 0}
  sales_value:  {type: money, at_least: 0}
  retail_disc:  {type: money, default: 0}
  coupon_disc:  {type: money, default: 0}
  sold_at:      {type: datetime, arrives_in: UTC, not_after: load}
hold_if:
  rows: {below: 0.5, of: same-weekday-median}
check_against: {sheet: 收银日结, limit: 0.5%}     # 对数:与收银日结核对
"""

ORDERS = """title: 订单
owner: data-analyst
arrives: {drop: "orders-*"}
timezone: Asia/Shanghai
key: [order_id]
time: paid_at
columns:
  order_id: {required: true, from: [订单编号, 订单号]}
  paid_at:  {type: datetime, required: true, title: 付款时间}
  amount:   {type: money, required: true, at_least: 0, title: 实付金额}
  status:   {allowed: [已付, 已退]}
"""


def read(text: str, ident: str = "orders") -> Any:
    """The playbook's item of a source's file. The reader is above this floor, so it is taken by name."""
    from importlib import import_module

    kind = kinds["source"]
    return import_module("opsloop.playbook.reader.files").read_bytes(kind, ident, kind.path(ident), text.encode())


def source(text: str = ORDERS, ident: str = "orders", number: int = 1) -> Source:
    """A published source, without a publication."""
    item = read(text, ident)
    assert item.errors == (), [str(one) for one in item.errors]
    found = Source.objects.filter(ident=ident).first()
    if found is not None:
        from opsloop.base.testing import given

        with given():
            found.remember()
            found.number, found.sha256, found.definition = (
                found.number + 1,
                item.sha256,
                plain(type(item.obj), item.obj),
            )
            found.save()
        return found
    return make(
        Source, ident=ident, number=number, sha256=item.sha256, title=item.obj.title,
        definition=plain(type(item.obj), item.obj),
    )  # fmt: skip


def damaged_parquet(names: Sequence[str]) -> bytes:
    """A file whose description is sound and whose rows are not, which shows only when they are read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(pa.table({name: ["a", "b"] for name in names}), out)
    data = out.getvalue()
    return data[:4] + b"\xff" * 24 + data[28:]
