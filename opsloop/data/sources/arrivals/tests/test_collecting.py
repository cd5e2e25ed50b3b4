"""From a published source to a file in the staging folder, whichever way it arrives."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

import pyarrow.parquet as pq
import pytest

from opsloop.base.acts import Call, perform
from opsloop.base.kinds.fields import plain
from opsloop.base.testing import Cast, make, own_rows
from opsloop.base.things.errors import OutsideError
from opsloop.data.sources.arrivals import collect
from opsloop.data.sources.arrivals import connections as these
from opsloop.data.sources.arrivals.collecting import beginning, tell_apart
from opsloop.data.sources.arrivals.staging import TextParquet
from opsloop.data.sources.arrivals.tests.test_http import Site, page
from opsloop.data.sources.definition import definition_of
from opsloop.data.sources.kinds.arrives import Arrives, Database, Drop, Http, Own
from opsloop.data.sources.kinds.columns import Column
from opsloop.data.sources.kinds.source import Source as Definition
from opsloop.data.sources.models import Load, LoadState, Source

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)


def source(arrives: Arrives, **words: Any) -> Source:
    said = Definition(title="Orders", owner="data-analyst", arrives=arrives, columns={"id": Column()}, **words)
    values = {"ident": "orders", "title": "Orders", "number": 1, "sha256": token_hex(32)}
    return make(Source, **values, definition=plain(Definition, said))


@pytest.fixture
def file() -> Iterator[Path]:
    yield these.file()
    these.file().unlink(missing_ok=True)


def test_a_database_is_asked_since_the_business_day_began(file: Path, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "till.db") as link:
        link.execute("create table orders (id integer, at text)")
        rows = [(1, "2026-11-20 04:59:59"), (2, "2026-11-20 05:00:00")]
        link.executemany("insert into orders values (?, ?)", rows)
    file.write_text(f'[till]\nurl = "sqlite:///{tmp_path}/till.db"\n')
    asked = Database("till", "select id from orders where at >= :since")
    one = source(asked, timezone="America/New_York", day_starts="05:00")
    assert beginning(definition_of(one), DAY) == datetime(2026, 11, 20, 10, tzinfo=UTC)
    (got,) = collect(one, DAY, tmp_path / "staged")
    assert pq.read_table(got.path).to_pylist() == [{"id": "2"}]
    assert got.name.startswith("orders-20") and got.name.endswith(".parquet")
    (got,) = collect(one, None, tmp_path / "staged")
    assert pq.read_table(got.path).num_rows == 2


def test_an_interface_is_asked_with_its_connection(file: Path, tmp_path: Path) -> None:
    site = Site()
    try:
        site.answer = lambda path, query: page([{"id": 1}])
        asked = Http(f"http://127.0.0.1:{site.port}/orders", connection="shop", rows="data.items", since="from")
        one = source(asked, timezone="Asia/Shanghai")
        with pytest.raises(OutsideError, match=r"section \[shop\]"):
            collect(one, DAY, tmp_path)
        file.write_text('[shop]\nplain_http = true\nhosts = ["127.0.0.1"]\nheaders = {Token = "word-of-shop"}\n')
        with pytest.raises(OutsideError, match="inner address"):
            collect(one, DAY, tmp_path)
        assert site.asked == []
        file.write_text(file.read_text() + 'allow = ["127.0.0.0/8"]\n')
        (got,) = collect(one, DAY, tmp_path)
        assert json.loads(got.path.read_text()) == {"id": "1"}
        assert site.asked == ["/orders?from=2026-11-20"] and site.headers[0]["Token"] == "word-of-shop"
    finally:
        site.server.shutdown()
        site.server.server_close()


def test_an_own_table_comes_as_text(cast: Cast, tmp_path: Path) -> None:
    perform("people.register", {"name": "Qian", "kind": "staff"}, Call(by=cast.lin))
    (got,) = collect(source(Own("ledger_entries")), None, tmp_path)
    (row,) = pq.read_table(got.path).to_pylist()
    assert (row["act"], row["by_id"], row["recorded_late"]) == ("people.register", str(cast.lin.pk), "false")
    assert datetime.fromisoformat(row["recorded_at"]).tzinfo is not None
    with pytest.raises(OutsideError, match="no own table dragons"):
        collect(source_of("dragons"), None, tmp_path)


def source_of(table: str) -> Source:
    said = Definition(title="X", owner="data-analyst", arrives=Own(table), columns={"id": Column()})
    values = {"ident": "other", "title": "X", "number": 1, "sha256": token_hex(32)}
    return make(Source, **values, definition=plain(Definition, said))


def test_a_drop_is_not_collected(tmp_path: Path) -> None:
    with pytest.raises(LookupError):
        collect(source(Drop("orders-*.csv")), None, tmp_path)


def test_loads_are_an_own_table(cast: Cast) -> None:
    now = datetime(2026, 11, 20, 6, tzinfo=UTC)
    one = source(Drop("orders-*.csv"))
    make(
        Load, id=7, source=one, source_version=1, file="orders-1.csv", state=LoadState.LOADED, rows_in=3, kept=2,
        set_aside=1, by=cast.robot, began_at=now, ended_at=now, due_on=DAY,
    )  # fmt: skip
    (row,) = own_rows("loads")
    assert (row["source"], row["state"], row["rows_in"], row["due_on"]) == ("orders", "loaded", 3, DAY)


def test_an_interface_without_rows_gives_a_file_with_its_columns(file: Path, tmp_path: Path) -> None:
    site = Site()
    try:
        site.answer = lambda path, query: page([])
        file.write_text('[shop]\nplain_http = true\nallow = ["127.0.0.1"]\n')
        asked = Http(f"http://127.0.0.1:{site.port}/orders", connection="shop", rows="data.items")
        (got,) = collect(source(asked), DAY, tmp_path)
        assert (pq.read_table(got.path).num_rows, pq.read_schema(got.path).names) == (0, ["id"])
    finally:
        site.server.shutdown()
        site.server.server_close()


@pytest.mark.parametrize("name", ["orders.parquet", "orders.jsonl"])
def test_a_state_that_comes_back_is_not_taken_for_the_old_file(cast: Cast, tmp_path: Path, name: str) -> None:
    one = source(Drop("orders-*.csv"))
    path = tmp_path / name

    def written(value: str) -> str:
        if path.suffix == ".jsonl":
            path.write_text(json.dumps({"id": value}) + "\n")
        else:
            with TextParquet(path, ["id"]) as out:
                out.write([(value,)])
        tell_apart(one, path)
        return hashlib.sha256(path.read_bytes()).hexdigest()

    def loaded(digest: str) -> None:
        now = datetime(2026, 11, 20, 6, tzinfo=UTC)
        make(
            Load, id=Load.objects.count() + 1, source=one, source_version=1, file=name, state=LoadState.LOADED,
            by=cast.robot, began_at=now, ended_at=now, sha256=digest,
        )  # fmt: skip

    first = written("a")
    loaded(first)
    assert written("a") == first, "as it was last: the same file came again"
    loaded(written("b"))
    again = written("a")
    assert again != first
    rows = pq.read_table(path).to_pylist() if path.suffix == ".parquet" else [json.loads(path.read_text())]
    assert rows == [{"id": "a"}]
