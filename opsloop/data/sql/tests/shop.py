"""A small lake for the tests: receipts with a household (identity) and a phone (contact), and products without."""

from __future__ import annotations

from opsloop.base.people.models import Person
from opsloop.data.lake import store
from opsloop.data.lake.actions import publish_snapshot
from opsloop.data.lake.models import Snapshot

SHOP = """
    select date '2026-03-01' + cast(i % 40 as integer) as day, i as basket, 'H' || (i % 7) as household,
           '1381234567' || (i % 10) as phone, i % 3 as product, cast(i as decimal(12, 2)) as sales
    from range(200) t(i)
"""
PRODUCTS = "select date '2026-03-01' as day, i as product, ['苹果', '牛奶', '=1+1'][i + 1] as name from range(3) t(i)"


def publish(by: Person, table: str, select: str, **personal: str) -> Snapshot:
    files = store.write_partitions(table, select, by="strftime(day, '%Y-%m')")
    columns = store.columns_of(files, personal)
    return publish_snapshot(by=by, table=table, batch="t", reason="t", added=files, columns=columns)


def fill(by: Person) -> Snapshot:
    """Both tables; answers the version of the receipts."""
    publish(by, "products", PRODUCTS)
    return publish(by, "shop", SHOP, household="identity", phone="contact")
