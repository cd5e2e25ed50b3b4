"""A person reads a table with the columns masked that their positions do not read."""

from __future__ import annotations

import pytest

from opsloop.base.policy.models import Mandate
from opsloop.base.policy.rules import mask
from opsloop.base.testing import Cast, given
from opsloop.base.things.errors import NotFound
from opsloop.data.lake import keys, store
from opsloop.data.lake.actions import publish_snapshot
from opsloop.data.lake.reading import columns_for, readable, version_for

pytestmark = pytest.mark.django_db
SELECT = """
    select date '2026-03-01' as day, i as id, 'H' || i as household,
           ['13812345678', 'li@x.cn', '王芳', ''][i + 1] as phone,
           100.5 + i as salary, i * 2 as amount
    from range(4) t(i)
"""
CLASSES = {"household": "identity", "id": "identity", "phone": "contact", "salary": "pay"}


@pytest.fixture
def shop(cast: Cast) -> int:
    files = store.write_partitions("shop", SELECT, by="strftime(day, '%Y-%m')")
    columns = store.columns_of(files, CLASSES)
    return publish_snapshot(by=cast.lin, table="shop", batch="a", reason="t", added=files, columns=columns).pk


def rows(sql: str) -> list[tuple[object, ...]]:
    return store.connect().execute(sql).fetchall()


def test_who_reads_no_class_gets_pseudonyms_asterisks_and_nothing(cast: Cast, shop: int) -> None:
    said = rows(f"select household, id, phone, salary, amount from ({readable(cast.wu, 'shop')}) order by amount")
    assert [r[0] for r in said] == [keys.pseudonym(f"H{i}") for i in range(4)]
    assert [r[1] for r in said] == [keys.pseudonym(str(i)) for i in range(4)]
    assert [r[2] for r in said] == [mask("13812345678"), mask("li@x.cn"), mask("王芳"), ""]
    assert {r[3] for r in said} == {None}
    assert [r[4] for r in said] == [0, 2, 4, 6]


def test_each_class_that_is_read_shows_its_columns(cast: Cast, shop: int) -> None:
    """Lin reads contact only."""
    said = rows(f"select household, phone from ({readable(cast.lin, 'shop')}) order by amount")
    assert said[0] == (keys.pseudonym("H0"), "13812345678")
    with given():
        mandate = Mandate.objects.get(position=cast.analyst)
        mandate.reads = ["identity"]
        mandate.save()
    person = type(cast.wu).objects.get(pk=cast.wu.pk)
    assert rows(f"select household, phone from ({readable(person, 'shop')}) order by amount")[0] == (
        "H0",
        mask("13812345678"),
    )


def test_pseudonyms_are_the_same_in_every_table(cast: Cast, shop: int) -> None:
    files = store.write_partitions("homes", "select date '2026-03-01' as day, 'H1' as household", by="'all'")
    columns = store.columns_of(files, CLASSES)
    publish_snapshot(by=cast.lin, table="homes", batch="a", reason="t", added=files, columns=columns)
    shops, homes = readable(cast.wu, "shop"), readable(cast.wu, "homes")
    assert rows(f"select amount from ({shops}) join ({homes}) using (household)") == [(2,)]


def test_a_column_that_the_version_does_not_name_is_not_given(cast: Cast, shop: int) -> None:
    files = store.write_partitions("part", "select date '2026-03-01' as day, 'secret' as note", by="'all'")
    columns = store.columns_of(files)[:1]
    publish_snapshot(by=cast.lin, table="part", batch="a", reason="t", added=files, columns=columns)
    assert [one[0] for one in store.described(readable(cast.wu, "part"))] == ["day"]


def test_an_older_version_is_read_masked_too(cast: Cast, shop: int) -> None:
    publish_snapshot(by=cast.lin, table="shop", batch="b", reason="t", added=[], removed=[f.path for f in _files(shop)])
    assert rows(f"select count(*) from ({readable(cast.wu, 'shop')})") == [(0,)]
    assert rows(f"select min(phone) from ({readable(cast.wu, 'shop', shop)} where phone > '')") == [
        (mask("13812345678"),)
    ]


def _files(pk: int) -> list[object]:
    from opsloop.data.lake.manifest import files_of
    from opsloop.data.lake.models import Snapshot

    return list(files_of(Snapshot.objects.get(pk=pk)))


def test_what_is_not_there_or_not_seen_is_the_same_no(cast: Cast, shop: int) -> None:
    for person, table in ((cast.wu, "nothing"), (cast.zhao, "shop")):
        with pytest.raises(NotFound, match="There is no table"):
            readable(person, table)


def test_the_page_of_columns_says_what_is_masked(cast: Cast, shop: int) -> None:
    said = {c.name: (c.type, c.masked) for c in columns_for(cast.wu, version_for(cast.wu, "shop"))}
    assert said["id"] == ("VARCHAR", True) and said["amount"] == ("BIGINT", False) and said["salary"][1]
