"""The break-out list of spec/reliability.md: nothing but masked tables can be reached, and everything ends in time.

Each attack is tried at both walls: through the door as a person sends it, and past the first wall, straight into the
child process.
"""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from opsloop.base.testing import Cast
from opsloop.data.lake import keys, store
from opsloop.data.sql import checking, relations, running
from opsloop.data.sql.checking import BadQuery
from opsloop.data.sql.running import Limits
from opsloop.data.sql.tests.shop import fill

pytestmark = pytest.mark.django_db
QUICK = Limits(wall_s=4, rows=1000, memory_mb=256, spill_mb=64)
SHORT = replace(QUICK, wall_s=2)


@pytest.fixture
def there(cast: Cast) -> Cast:
    fill(cast.lin)
    return cast


def ask(sql: str, cast: Cast, tmp_path: Path, limits: Limits = QUICK) -> list[list[Any]]:
    return list(running.run(sql, cast.wu, tmp_path / "out.jsonl", limits=limits).read())


def inside(sql: str, cast: Cast, folder: Path, limits: Limits = QUICK) -> tuple[dict[str, Any], str]:
    """Past the first wall: the child gets the statement as it is, with both tables. (its last word, all it said)"""
    found = relations.known(cast.wu).gathered(["shop", "products"])
    folder.mkdir(exist_ok=True)
    made = relations.prepared(found, None, folder)
    out = folder / "out.jsonl"
    said = running._in_child(running._order(sql, made, folder, limits), out, limits)
    return said, out.read_text(encoding="utf-8")


OUTSIDE = [
    "select * from read_csv('/etc/passwd')",
    "select * from '/etc/passwd'",
    'select * from "/etc/hosts"',
    "select * from read_text('/etc/passwd')",
    "select * from read_blob('/etc/passwd')",
    "select * from glob('/etc/*')",
    "select * from glob('{lake}/**')",
    "select * from parquet_metadata('{raw}')",
    "select * from parquet_schema('{raw}')",
    "select * from query('select * from read_text(''/etc/passwd'')')",
    "select * from query_table('/etc/passwd')",
    "select * from sniff_csv('/etc/passwd')",
    "select * from read_json('/etc/passwd')",
    "select json_execute_serialized_sql(json_serialize_sql('select 1'))",
    "copy (select 42) to '{folder}/x.csv'",
    "copy shop to '{raw}' (format parquet, use_tmp_file false)",
    "copy shop from '/etc/passwd'",
    "export database '{folder}/e'",
    "import database '{folder}/e'",
    "attach '{folder}/x.db' as x",
    "attach '{db}' as x (type sqlite)",
    "attach ':memory:' as x",
    "detach memory",
    "install httpfs",
    "load httpfs",
    "select * from 'https://127.0.0.1/x.csv'",
    "create secret s (type s3)",
    "set memory_limit = '100GB'",
    "set threads = 64",
    "set lock_configuration = false",
    "set enable_external_access = true",
    "set allowed_paths = ['/etc/passwd']",
    "set allowed_directories = ['/']",
    "set home_directory = '/'",
    "reset memory_limit",
    "pragma enable_profiling",
    "pragma database_list",
    "call enable_logging('QueryLog', storage_path = '{folder}/log')",
    "insert into shop select * from shop",
    "create table t as select 1",
    "create temp table t as select 1",
    "create macro f(x) as x",
    "drop view shop",
    "update shop set sales = 0",
    "delete from shop",
    "checkpoint",
    "describe shop",
    "show tables",
    "summarize shop",
    "explain select * from shop",
    "prepare p as select 1",
    "begin transaction",
    "use memory",
    "vacuum",
    "select 1; select 2",
    "select * from duckdb_settings()",
    "select * from duckdb_views()",
    "select * from duckdb_secrets()",
    "select * from pragma_storage_info('shop')",
    "select * from information_schema.tables",
    "select * from sqlite_master",
    "select * from pg_catalog.pg_class",
    "select getenv('HOME')",
    "select current_setting('temp_directory')",
    "select getvariable('x')",
    "select * from main.shop",
    "select * from (describe shop)",
    "with sqlite_master as (select 1 as a) select * from sqlite_master",
    "select $1",
    "select ?",
    "select * into other from shop",
]
"""What must be refused with no row given back. {raw} is an unmasked file of the lake."""
RAW = [
    "select * from read_parquet('{raw}')",
    "select * from '{raw}'",
    'select * from "{raw}"',
    "select * from parquet_scan('{raw}')",
    "select * from read_parquet(['{raw}'])",
    "select * from read_blob('{raw}')",
    "select * from read_text('{raw}')",
    "select * from query('select * from ''{raw}''')",
    "select * from read_parquet('{lake}/shop/*/*/*.parquet')",
    "select * from read_parquet('{folder}/../../../lake/shop/../{raw}')",
    "with x as (from '{raw}') select * from x",
    "select (select max(household) from '{raw}')",
    "select * from shop union all by name select * from read_parquet('{raw}')",
]
"""Ways to the unmasked file, which lies on the same disk and belongs to the same user."""


def raw_file() -> Path:
    from opsloop.data.lake.manifest import newest

    snapshot = newest("shop")
    assert snapshot is not None
    return store.paths_of(snapshot)[0]


def filled(sql: str, folder: Path) -> str:
    where = {
        "raw": str(raw_file()),
        "lake": str(settings.WORKSPACE.lake),
        "folder": str(folder),
        "db": str(settings.WORKSPACE.database),
    }
    for name, value in where.items():
        sql = sql.replace("{" + name + "}", value)
    return sql


@pytest.mark.parametrize("sql", [*OUTSIDE, *RAW])
def test_at_the_door_it_is_refused_before_anything_runs(
    there: Cast, tmp_path: Path, sql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "_in_child", lambda *_: pytest.fail("it reached the child"))
    with pytest.raises(BadQuery):
        ask(filled(sql, tmp_path), there, tmp_path)


def test_behind_the_door_no_attack_reaches_file_setting_or_network(there: Cast, tmp_path: Path) -> None:
    """One child for each attack. Catalogue and settings of the child may be seen there: they hold nothing secret."""
    before = {path: path.stat().st_mtime_ns for path in settings.WORKSPACE.lake.rglob("*") if path.is_file()}
    root = "root:"
    for n, sql in enumerate(OUTSIDE):
        folder = tmp_path / str(n)
        said, text = inside(filled(sql, folder), there, folder)
        assert root not in text and keys.key() not in text, sql
        assert "1381234567" not in text, sql
        assert not [f for f in folder.rglob("*") if f.suffix in (".csv", ".db", ".sql")], sql
        assert "error" in said or _harmless(sql), (sql, text[:300])
    assert {p: p.stat().st_mtime_ns for p in settings.WORKSPACE.lake.rglob("*") if p.is_file()} == before


def _harmless(sql: str) -> bool:
    """What the second wall lets through on its own: the child's own catalogue, settings, and masked views."""
    fine = (
        "describe", "show", "summarize", "duckdb_", "pragma_storage", "information_schema", "sqlite_master",
        "pg_catalog", "current_setting", "getvariable", "main.shop", "json_execute",
    )  # fmt: skip
    return any(word in sql for word in fine)


@pytest.mark.parametrize("sql", RAW)
def test_behind_the_door_the_unmasked_file_cannot_be_read(there: Cast, tmp_path: Path, sql: str) -> None:
    folder = tmp_path / "child"
    said, text = inside(filled(sql, folder), there, folder)
    assert "error" in said, text[:300]
    assert "H1" not in text.replace(str(raw_file()), "")


def test_the_key_of_the_pseudonyms_is_nowhere_in_the_child(there: Cast, tmp_path: Path) -> None:
    for sql in (
        "select sql from duckdb_views()",
        "select * from duckdb_settings()",
        "select * from duckdb_functions() where not internal",
        "select * from duckdb_logs()",
        "select * from duckdb_prepared_statements()",
        "select current_query()",
    ):
        _said, text = inside(sql, there, tmp_path / "child")
        assert keys.key() not in text, sql


def test_the_child_has_no_environment_and_no_open_doors(there: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPSLOOP_DATABASE_URL", "postgresql://secret")
    seen: dict[str, Any] = {}
    real = running.subprocess.Popen

    def watched(*args: Any, **kwargs: Any) -> Any:
        seen.update(kwargs, args=args[0])
        return real(*args, **kwargs)

    monkeypatch.setattr(running.subprocess, "Popen", watched)
    running.run("select 1", there.wu, settings.WORKSPACE.run / "x.jsonl")
    assert set(seen["env"]) == {"PATH", "LC_ALL"} and "-I" in seen["args"] and seen["start_new_session"]
    assert seen.get("close_fds", True)


ENDLESS = [
    "select count(*) from range(10000000) a, range(10000000) b, range(1000) c",
    "with recursive t(n) as (select 1 union all select n + 1 from t) select max(n) from t",
    "select levenshtein(repeat('ab', 60000), repeat('ba', 60000))",
    "select length(lpad('x', 2000000000, 'yz'))",
    "select list(a.range) from range(100000000) a",
    "select string_agg(md5(range::text), ',') from range(200000000)",
    "select repeat('x', 4000000000)",
    "select * from range(100000000) order by hash(range)",
]
"""The two that ignore DuckDB's interrupt are the third and the fourth."""


@pytest.mark.parametrize("sql", ENDLESS)
def test_what_takes_too_long_or_too_much_is_ended_within_two_seconds_of_its_limit(
    there: Cast, tmp_path: Path, sql: str
) -> None:
    began = time.monotonic()
    with pytest.raises(BadQuery):
        ask(sql, there, tmp_path, SHORT)
    assert time.monotonic() - began < SHORT.wall_s + 2
    assert not any(p for p in (settings.WORKSPACE.run / "sql").iterdir()), "its folder is gone"


def test_a_killed_query_leaves_no_process(there: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []
    real = running.subprocess.Popen

    def noted(*args: Any, **kwargs: Any) -> Any:
        process = real(*args, **kwargs)
        started.append(process.pid)
        return process

    monkeypatch.setattr(running.subprocess, "Popen", noted)
    with pytest.raises(BadQuery, match="stopped after 1 seconds"):
        ask(ENDLESS[0], there, tmp_path, Limits(wall_s=1))
    with pytest.raises(ProcessLookupError):
        os.kill(started[0], 0)


def test_nesting_that_would_break_a_parser_is_refused_at_once(there: Cast, tmp_path: Path) -> None:
    for sql in (
        "select " + "(" * 5000 + "1" + ")" * 5000,
        "select 1" + " + 1" * 20000,
        "select " + "case when 1=1 then " * 900,
    ):
        with pytest.raises(BadQuery):
            ask(sql, there, tmp_path)


def test_rows_and_bytes_beyond_the_limit_are_not_taken_out(there: Cast, tmp_path: Path) -> None:
    found = running.run("select * from range(5000)", there.wu, tmp_path / "o", limits=Limits(rows=100))
    assert (found.rows, found.more) == (100, True)
    exact = running.run("select * from range(100)", there.wu, tmp_path / "o", limits=Limits(rows=100))
    assert (exact.rows, exact.more) == (100, False)
    with pytest.raises(BadQuery, match="too large"):
        ask("select repeat('x', 100000) from range(1000)", there, tmp_path, Limits(result_mb=1))


def test_only_so_many_run_at_once(there: Cast, tmp_path: Path) -> None:
    from opsloop.base.things.errors import Refused
    from opsloop.data.lake.writing import turn

    with turn("sql", running.AT_ONCE, wait_s=0), turn("sql", running.AT_ONCE, wait_s=0), pytest.raises(Refused):
        ask("select 1", there, tmp_path)
    assert ask("select 1", there, tmp_path) == [[1]]


def test_names_of_tables_are_judged_before_the_lake_is_asked(there: Cast) -> None:
    with pytest.raises(BadQuery, match="no table secret"):
        checking.parsed("select * from secret", relations.known(there.wu).get)
