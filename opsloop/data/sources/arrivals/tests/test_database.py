"""Queries on real servers: what arrives, what is refused, and what becomes of a server that goes away."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
import pytest

from opsloop.base.things.errors import OutsideError
from opsloop.data.sources.arrivals.connections import Connection
from opsloop.data.sources.arrivals.database import answers, fetch
from opsloop.data.sources.arrivals.staging import Collected
from tests import mariadb, postgres

SHANGHAI = ZoneInfo("Asia/Shanghai")
SINCE = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
"""09:00 in Shanghai."""
UNTIL = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
TABLE = (
    "create table orders (id integer primary key, shop varchar(40), amount decimal(12, 2), paid {boolean},"
    " sold_on date, sold_at {moment})"
)
ROWS = [
    (1, "一号店", "19.90", True, "2026-11-19", "2026-11-19 23:00:00"),
    (2, "It's 100%", "0.10", False, "2026-11-20", "2026-11-20 09:00:00"),
    (3, None, "1234567890.12", None, "2026-11-20", "2026-11-20 18:30:00"),
]
FILL = "insert into orders values ({0}, {0}, {0}, {0}, {0}, {0})"
QUERY = "select * from orders where sold_at >= :since and sold_at < :until order by id"
Make = Callable[[], tuple[str, Callable[[str], None]]]


def _postgresql(tmp_path: Path) -> tuple[str, Callable[[str], None]]:
    import psycopg

    url = postgres.database("shop")
    with psycopg.connect(url, autocommit=True) as link:
        link.execute(TABLE.format(boolean="boolean", moment="timestamptz"))
        link.execute("set timezone = 'Asia/Shanghai'")
        link.cursor().executemany(FILL.format("%s"), ROWS)

    def run(sql: str) -> None:
        with psycopg.connect(url, autocommit=True) as link:
            link.execute(sql)

    return url, run


def _mysql(tmp_path: Path) -> tuple[str, Callable[[str], None]]:
    url = mariadb.start()

    def run(sql: str, rows: list[tuple[Any, ...]] | None = None) -> None:
        import pymysql

        at = urlsplit(url)
        words = {"user": at.username, "password": at.password, "database": "shop", "autocommit": True}
        link = pymysql.connect(host=at.hostname, port=at.port, **words)
        with link, link.cursor() as cursor:
            cursor.executemany(sql, rows) if rows else cursor.execute(sql)

    run("drop table if exists orders")
    run(TABLE.format(boolean="boolean", moment="datetime"))
    run(FILL.format("%s"), ROWS)
    return url, run


def _sqlite(tmp_path: Path) -> tuple[str, Callable[[str], None]]:
    file = tmp_path / "till.db"
    with sqlite3.connect(file) as link:
        link.execute(TABLE.format(boolean="boolean", moment="text"))
        link.executemany(FILL.format("?"), ROWS)

    def run(sql: str) -> None:
        with sqlite3.connect(file) as link:
            link.execute(sql)

    return f"sqlite:///{file}", run


SERVERS = {"postgresql": _postgresql, "mysql": _mysql, "sqlite": _sqlite}


@pytest.fixture(params=SERVERS)
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Connection, Callable[[str], None]]]:
    """The same three orders on each sort of server."""
    try:
        url, run = SERVERS[request.param](tmp_path)
    except (postgres.NoPostgres, mariadb.NoMariaDB) as missing:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(missing))
    yield Connection("erp", url=url, timeout_s=20), run


@pytest.fixture(scope="module", autouse=True)
def _servers() -> Iterator[None]:
    yield
    mariadb.stop()
    if not os.environ.get("OPSLOOP_DATABASE_URL"):
        postgres.stop()


def collect(connection: Connection, query: str, tmp_path: Path, **words: Any) -> tuple[Collected, list[dict[str, Any]]]:
    said = {"since": SINCE, "until": UNTIL, "zone": SHANGHAI} | words
    got = fetch(connection, query, tmp_path / "staged" / "orders.parquet", **said)
    return got, pq.read_table(got.path).to_pylist()


def left(tmp_path: Path) -> list[str]:
    return [one.name for one in (tmp_path / "staged").glob("*")]


Shop = tuple[Connection, Callable[[str], None]]


def test_rows_since_a_moment_arrive_as_exact_texts(shop: Shop, tmp_path: Path) -> None:
    got, rows = collect(shop[0], QUERY, tmp_path)
    assert (got.rows, left(tmp_path)) == (2, ["orders.parquet"])
    assert [row["id"] for row in rows] == ["2", "3"]
    assert [row["shop"] for row in rows] == ["It's 100%", None]
    assert [row["amount"].rstrip("0") for row in rows] == ["0.1", "1234567890.12"]
    assert rows[0]["sold_on"] == "2026-11-20"
    assert rows[0]["sold_at"].startswith("2026-11-20 09:00:00")
    assert rows[1]["paid"] is None


def test_the_first_time_everything_arrives_chunk_by_chunk(shop: Shop, tmp_path: Path) -> None:
    seen: list[int] = []
    got, rows = collect(shop[0], QUERY, tmp_path, since=None, chunk=2, tick=seen.append)
    assert (got.rows, len(rows), seen) == (3, 3, [2, 3])


def test_a_query_without_parameters_and_one_without_rows(shop: Shop, tmp_path: Path) -> None:
    got, rows = collect(shop[0], "select shop from orders where shop like '%店'; ", tmp_path)
    assert rows == [{"shop": "一号店"}]
    got, rows = collect(shop[0], "select id from orders where id > 99", tmp_path)
    assert (got.rows, rows, pq.read_schema(got.path).names) == (0, [], ["id"])


@pytest.mark.parametrize(
    "query",
    [
        "delete from orders",
        "select 1; delete from orders",
        "update orders set shop = 'x'",
        "drop table orders",
        "select * into copied from orders",
        "set session characteristics as transaction read write",
        "select 'open",
        "",
    ],
)
def test_only_one_select_is_asked(shop: Shop, tmp_path: Path, query: str) -> None:
    with pytest.raises(OutsideError, match="one SELECT") as no:
        collect(shop[0], query, tmp_path)
    assert no.value.permanent
    assert collect(shop[0], "select count(*) as n from orders", tmp_path)[1] == [{"n": "3"}]


def test_what_writes_inside_a_select_is_stopped_by_the_transaction(shop: Shop, tmp_path: Path) -> None:
    if "postgresql" not in shop[0].url:
        pytest.skip("only PostgreSQL lets a SELECT write")
    with pytest.raises(OutsideError, match=r"read-only|data-modifying") as no:
        collect(shop[0], "with gone as (delete from orders returning id) select * from gone", tmp_path)
    assert no.value.permanent
    assert left(tmp_path) == []


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("select * from nothing_there", "nothing_there"),
        ("select wrong from orders", "wrong"),
        ("select id from orders where id = :customer", ":customer"),
        ("select id, id from orders", "two columns named id"),
    ],
)
def test_a_wrong_query_is_named_and_not_tried_again(shop: Shop, tmp_path: Path, query: str, said: str) -> None:
    with pytest.raises(OutsideError, match=said) as no:
        collect(shop[0], query, tmp_path)
    assert no.value.permanent
    assert left(tmp_path) == []


def test_a_slow_query_is_ended(shop: Shop, tmp_path: Path) -> None:
    slow = {
        "postgresql": "select pg_sleep(30)",
        "mysql": "select count(*) from information_schema.columns a, information_schema.columns b,"
        " information_schema.columns c",
        "sqlite": "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n",
    }[shop[0].url.partition(":")[0]]
    hurried = Connection("erp", url=shop[0].url, timeout_s=1)
    with pytest.raises(OutsideError, match="longer than 1 s") as no:
        collect(hurried, slow, tmp_path)
    assert not no.value.permanent
    assert left(tmp_path) == []


def test_a_database_that_answers_and_one_that_is_away(shop: Shop, tmp_path: Path) -> None:
    answers(shop[0])
    with mariadb.socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody answers
        port = taken.getsockname()[1]
        for url in (
            f"postgresql://x:hidden-word@127.0.0.1:{port}/shop",
            f"mysql://x:hidden-word@127.0.0.1:{port}/shop",
        ):
            with pytest.raises(OutsideError) as no:
                answers(Connection("erp", url=url))
            assert not no.value.permanent
            assert "hidden-word" not in str(no.value)
            assert "The database erp cannot be reached" in str(no.value) and "asked again by itself" in str(no.value)


def test_a_wrong_password_is_not_tried_again_and_not_told(shop: Shop) -> None:
    url = shop[0].url
    if "mysql" not in url:
        pytest.skip("the other two ask for no password here")
    with pytest.raises(OutsideError, match="Access denied") as no:
        answers(Connection("erp", url=url.replace(mariadb.PASSWORD, "hidden-word")))
    assert no.value.permanent
    assert "hidden-word" not in str(no.value)


def test_other_sorts_of_databases_are_named() -> None:
    with pytest.raises(OutsideError, match="needs url") as no:
        answers(Connection("erp", url="oracle://x"))
    assert no.value.permanent
    with pytest.raises(OutsideError, match="cannot be read"):
        answers(Connection("erp", url="mysql://x:y@127.0.0.1:port/z"))


@pytest.mark.parametrize("server", ["postgresql", "mysql"])
def test_a_database_that_goes_away_midway_leaves_nothing(server: str, tmp_path: Path) -> None:
    try:
        url, _run = SERVERS[server](tmp_path)
    except (postgres.NoPostgres, mariadb.NoMariaDB) as missing:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(missing))
    many = {
        "postgresql": "select n, repeat('x', 2000) as text from generate_series(1, 200000) as t(n)",
        "mysql": "select seq as n, repeat('x', 2000) as text from seq_1_to_200000",
    }[server]

    def end(rows: int) -> None:
        (_end_postgresql if server == "postgresql" else _end_mysql)(url)

    with pytest.raises(OutsideError) as no:
        collect(Connection("erp", url=url), many, tmp_path, tick=end, chunk=500)
    assert not no.value.permanent
    assert left(tmp_path) == []


def _end_postgresql(url: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as link:
        link.execute("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'opsloop'")


def _end_mysql(url: str) -> None:
    mariadb.stop()
