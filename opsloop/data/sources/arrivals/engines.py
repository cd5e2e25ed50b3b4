"""Connecting to each sort of database so that nothing can be written and nothing runs for ever."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _t

from opsloop.base.things.errors import OutsideError
from opsloop.data.sources.arrivals.connections import Connection

if TYPE_CHECKING:
    from sqlalchemy import Connection as Link
    from sqlalchemy import Engine
    from sqlalchemy.exc import SQLAlchemyError

DRIVERS = {"postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql", "mariadb": "mysql+pymysql", "sqlite": "sqlite"}
CONNECT_S = 10
PERMANENT_STATES = ("28", "42", "3D", "22", "25", "0A")
"""Classes of PostgreSQL's codes that another try does not mend: who, what, where, values, writing, not supported."""
PERMANENT_NUMBERS = frozenset({1044, 1045, 1049, 1054, 1064, 1142, 1146, 1370, 1792, 1698})
"""The same for MySQL and MariaDB: rights, unknown names, syntax, writing."""
SLOW = frozenset({"57014", 1969, 3024})


def dialect(connection: Connection) -> str:
    """postgresql, mysql or sqlite. Raises OutsideError for an address of another sort."""
    name = connection.url.partition(":")[0].partition("+")[0]
    if name not in DRIVERS:
        text = _t("The connection {name} needs url = postgresql://, mysql:// or sqlite:/// in var/connections.toml.")
        raise OutsideError(text.format(name=connection.name), permanent=True)
    return "mysql" if name == "mariadb" else name


@contextmanager
def reading(connection: Connection, zone: ZoneInfo) -> Iterator[Link]:
    """An open connection in a transaction that can only read; closed and rolled back at the end."""
    engine = _engine(connection, zone)
    try:
        with engine.connect() as link:
            _only_read(link, connection)
            try:
                yield link
            except BaseException:
                link.invalidate()  # what is left of a result goes with the connection instead of being read out
                raise
    finally:
        engine.dispose()


def _engine(connection: Connection, zone: ZoneInfo) -> Engine:
    from sqlalchemy import create_engine, make_url  # noqa: PLC0415  # heavy; only collections pay for it
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415  # as above
    from sqlalchemy.pool import NullPool  # noqa: PLC0415  # as above

    sort = dialect(connection)
    if sort == "sqlite":
        return create_engine("sqlite://", creator=lambda: _sqlite(connection), poolclass=NullPool)
    try:
        url = make_url(connection.url)
    except (ArgumentError, ValueError):
        text = _t("The url of the connection {name} cannot be read.").format(name=connection.name)
        raise OutsideError(text, permanent=True) from None
    words: dict[str, Any]
    if sort == "postgresql":
        limits = f"-c statement_timeout={connection.timeout_s * 1000} -c default_transaction_read_only=on"
        words = {"connect_timeout": CONNECT_S, "options": f"{limits} -c timezone={zone.key}"}
        words |= {"keepalives": 1, "keepalives_idle": 30, "application_name": "opsloop"}
    else:
        words = {"connect_timeout": CONNECT_S, "read_timeout": connection.timeout_s + 30, "charset": "utf8mb4"}
    url = url.set(drivername=DRIVERS[url.drivername.partition("+")[0]])
    engine = create_engine(url, connect_args=words, poolclass=NullPool, hide_parameters=True)
    if sort == "mysql":
        from opsloop.data.sources.arrivals.streaming import Streaming  # noqa: PLC0415  # imports the driver

        assert engine.dialect.supports_server_side_cursors  # asked first: the answer sets the driver's own cursor
        engine.dialect._sscursor = Streaming  # type: ignore[attr-defined]
    return engine


def _sqlite(connection: Connection) -> Any:
    """A file opened for reading only; relative to the workspace."""
    import sqlite3  # noqa: PLC0415  # the company's file, not our database: the system's library reads it

    path = Path(settings.WORKSPACE.root) / connection.url.partition("://")[2].partition("?")[0].removeprefix("/")
    link = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=CONNECT_S, check_same_thread=False)
    link.execute("pragma query_only = on")
    ends = time.monotonic() + connection.timeout_s
    link.set_progress_handler(lambda: time.monotonic() > ends, 10_000)
    return link


def _only_read(link: Link, connection: Connection) -> None:
    from sqlalchemy import text  # noqa: PLC0415  # heavy

    if link.dialect.name == "mysql":
        maria = getattr(link.dialect, "is_mariadb", False)
        limit = f"max_statement_time = {connection.timeout_s}"
        link.execute(text(f"set session {limit if maria else f'max_execution_time = {connection.timeout_s * 1000}'}"))
        link.execute(text("set session transaction read only"))
        link.rollback()  # it holds from the next transaction on
    elif link.dialect.name == "postgresql":
        link.execute(text("set transaction read only"))


@contextmanager
def failures(connection: Connection) -> Iterator[None]:
    """Turns a database's errors into OutsideError with one line that holds nothing secret."""
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415  # heavy

    try:
        yield
    except SQLAlchemyError as error:
        raise _outside(connection, error) from None


def _outside(connection: Connection, error: SQLAlchemyError) -> OutsideError:
    cause = getattr(error, "orig", None) or error
    code = _code(cause)
    if code in SLOW or (code is None and str(cause) == "interrupted"):
        text = _t("The database {name} took longer than {seconds} s; narrow the query or raise timeout_s.")
        return OutsideError(text.format(name=connection.name, seconds=connection.timeout_s))
    why = connection.hide(" ".join(str(cause).split()))[:300]
    permanent = _permanent(cause, code)
    text = _t("The database {name} says: {why}. Correct the query or the connection in var/connections.toml.")
    if not permanent:
        text = _t("The database {name} cannot be reached, or went away: {why}. It is asked again by itself.")
    return OutsideError(text.format(name=connection.name, why=why.rstrip(".")), permanent=permanent)


def _code(cause: BaseException) -> str | int | None:
    """PostgreSQL's SQLSTATE, MySQL's number, or None."""
    first = cause.args[0] if cause.args else None
    if isinstance(first, int):
        return first  # MySQL's; it may bear a SQLSTATE too, which says less
    state = getattr(cause, "sqlstate", None)
    return state if isinstance(state, str) else None


def _permanent(cause: BaseException, code: str | int | None) -> bool:
    if isinstance(code, str):
        return code.startswith(PERMANENT_STATES)
    if isinstance(code, int):
        return code in PERMANENT_NUMBERS
    said = str(cause)
    lasting = (
        "no such",
        "syntax error",
        "readonly",
        "not a database",
        "unrecognized token",
        "authentication failed",
        "does not exist",
    )
    return any(word in said for word in lasting)
