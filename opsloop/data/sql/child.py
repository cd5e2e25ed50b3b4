"""The child process in which a person's SQL runs: started as a file, without Django, secrets or environment.

It reads one order (JSON) from stdin, gives up everything that a query does not need, and writes to stdout one JSON
value a line: {"columns"}, then rows as arrays, then {"done"} or {"error"}. Prepared before the lock are masked copies
of tables with personal columns; after it only the files in `allowed` can be opened, and nothing can be set any more.
Its parent kills it by the wall clock, since DuckDB has functions that ignore an interrupt.
"""

from __future__ import annotations

import ctypes
import json
import math
import os
import resource
import signal
import sys
import time
from datetime import date, datetime
from datetime import time as daytime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
ZONED = "TIMESTAMP WITH TIME ZONE"
BATCH = 500


class TooMuch(Exception):
    """The result is larger than what is taken out."""


def give_up(order: dict[str, Any]) -> None:
    """Limits of the operating system on this process, which it cannot raise again."""
    libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
    if libc is not None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        resource.setrlimit(resource.RLIMIT_AS, (order["address_bytes"], order["address_bytes"]))
    seconds = math.ceil(order["wall_s"] * order["threads"]) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (order["file_bytes"], order["file_bytes"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(10)


def open_database(order: dict[str, Any]) -> DuckDBPyConnection:
    """DuckDB with its relations there and its doors shut."""
    import duckdb  # noqa: PLC0415  # after the limits: its threads inherit them

    config: dict[str, Any] = {
        "memory_limit": f"{order['memory_mb']}MB",
        "threads": order["threads"],
        "temp_directory": order["folder"],
        "max_temp_directory_size": f"{order['spill_mb']}MB",
        "max_expression_depth": 250,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
        "python_enable_replacements": False,
    }
    connection = duckdb.connect(":memory:", config=config)
    connection.execute("set TimeZone = 'UTC'")
    for statement in order["prepare"]:
        connection.execute(statement)
    files = ", ".join("'" + path.replace("'", "''") + "'" for path in order["allowed"])
    connection.execute(f"set allowed_paths = [{files}]")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection


def run(connection: DuckDBPyConnection, order: dict[str, Any]) -> None:
    """The person's statement. DuckDB's own parser has the last word on what it is: one SELECT."""
    import duckdb  # noqa: PLC0415

    statements = connection.extract_statements(order["sql"])
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise PermissionError("one SELECT only")
    began = time.monotonic()
    columns, sql = without_zones(connection, order["sql"])
    cursor = connection.execute(sql)
    columns = columns or [(str(column[0]), str(column[1])) for column in cursor.description or ()]
    say({"columns": [{"name": name, "type": kind} for name, kind in columns]})
    rows, size = 0, 0
    while rows < order["rows"] and (chunk := cursor.fetchmany(min(BATCH, order["rows"] - rows))):
        rows += len(chunk)
        size += sum(say([plain(value) for value in row]) for row in chunk)
        if size > order["result_bytes"]:
            raise TooMuch
    more = bool(cursor.fetchmany(1))
    say({"done": True, "rows": rows, "more": more, "seconds": round(time.monotonic() - began, 3)})


def without_zones(connection: DuckDBPyConnection, sql: str) -> tuple[list[tuple[str, str]], str]:
    """Moments with a zone as texts in UTC, and what the columns were; DuckDB hands them over through pytz only.

    No columns where there are none such: the statement then stays as it was written.
    """
    import duckdb  # noqa: PLC0415

    text = sql.strip().rstrip(";")
    try:
        columns = [(str(row[0]), str(row[1])) for row in connection.execute(f"describe {text}\n").fetchall()]
    except duckdb.Error:
        return [], sql  # what is wrong with it is said of the person's own text
    if all(kind != ZONED for _name, kind in columns):
        return [], sql
    told = ", ".join(
        f"replace(cast(cast(c{n} as timestamp) as varchar), ' ', 'T') || '+00:00'" if kind == ZONED else f"c{n}"
        for n, (_name, kind) in enumerate(columns)
    )
    names = ", ".join(f"c{n}" for n in range(len(columns)))
    return columns, f"select {told} from ({text}\n) as told({names})"


def plain(value: Any) -> Any:
    """A value as JSON can hold it; the columns' types say what a text really is."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, datetime | date | daytime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value[:1000].hex()
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    return str(value)  # decimals, intervals, uuids


def say(what: Any) -> int:
    """One line; answers its length."""
    line = json.dumps(what, ensure_ascii=False, separators=(",", ":"))
    sys.stdout.write(line + "\n")
    return len(line)


def main() -> int:
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    order = json.loads(sys.stdin.buffer.read())
    give_up(order)
    stage = "prepare"
    try:
        connection = open_database(order)
        stage = "run"
        run(connection, order)
    except BaseException as error:  # the answer is the parent's only way to know
        say({"error": type(error).__name__, "text": str(error) if stage == "run" else "", "stage": stage})
    sys.stdout.flush()
    os._exit(0)  # no time is lost on DuckDB's farewell


if __name__ == "__main__":
    main()
