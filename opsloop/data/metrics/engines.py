"""Where statements run: DuckDB in this process, or any Spark Connect endpoint. Both read the manifest's files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Timer
from typing import Any, Protocol

from django.utils.translation import gettext as _t

from opsloop.data.lake import store
from opsloop.data.lake.models import Snapshot
from opsloop.data.metrics.questions import CannotAnswer

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a statement may take: rows that it answers, seconds that it runs."""

    rows: int
    seconds: float


_bounds: ContextVar[Bounds | None] = ContextVar("bounds", default=None)


@contextmanager
def bounded(rows: int = 100_000, seconds: float = 20.0) -> Iterator[None]:
    """Statements run inside, in a web process for one, are stopped beyond this: CannotAnswer says what to ask instead.

    Without it nothing is bounded: jobs and commands have their own processes and time.
    """
    token = _bounds.set(Bounds(rows, seconds))
    try:
        yield
    finally:
        _bounds.reset(token)


class Engine(Protocol):
    """dialect: SQLGlot's name of it. head: a WITH entry of a relation. run: the rows of a statement."""

    dialect: str

    def bottom(self, snapshot: Snapshot, only: str = "") -> str:
        """A SELECT over a version's files, or over those of its rows for which a condition holds."""

    def name(self, text: str) -> str:
        """A column's name, quoted."""

    def head(self, name: str, sql: str, *, dataset: bool) -> str:
        """A WITH entry; a dataset's text is DuckDB's."""

    def run(self, sql: str) -> Rows:
        """Raises CannotAnswer with what the engine says."""


class DuckDB:
    """The house's own connection of this thread."""

    dialect = "duckdb"

    def bottom(self, snapshot: Snapshot, only: str = "") -> str:
        where = f" where {only}" if only else ""
        return f"select * from {store.relation(snapshot)}{where}"  # noqa: S608  # made of the manifest's quoted paths

    def name(self, text: str) -> str:
        return store.identifier(text)

    def head(self, name: str, sql: str, *, dataset: bool) -> str:
        return f"{store.identifier(name)} as not materialized (\n{sql}\n)"

    def run(self, sql: str) -> Rows:
        import duckdb  # noqa: PLC0415  # 67 MB: only processes that query pay for it

        cursor, bounds = store.connect().cursor(), _bounds.get()
        timer = Timer(bounds.seconds, cursor.interrupt) if bounds else None
        try:
            if timer is None or bounds is None:
                return list(cursor.execute(sql).fetchall())
            timer.start()
            found = list(cursor.execute(sql).fetchmany(bounds.rows + 1))
        except duckdb.InterruptException:
            raise _too_long(bounds) from None
        except duckdb.Error as error:
            raise failed(error) from error
        finally:
            if timer is not None:
                timer.cancel()
            cursor.close()
        if len(found) > bounds.rows:
            raise _too_many(bounds)
        return found


def _too_many(bounds: Bounds) -> CannotAnswer:
    said = _t("These are more than {n} values. Choose a longer period, fewer dimensions, fewer days or a filter.")
    return CannotAnswer(said.format(n=bounds.rows))


def _too_long(bounds: Bounds | None) -> CannotAnswer:
    seconds = round(bounds.seconds) if bounds else 0
    said = _t("This took more than {n} seconds and was stopped. Choose fewer days, fewer dimensions or a filter.")
    return CannotAnswer(said.format(n=seconds))


def failed(error: Exception) -> CannotAnswer:
    """The first line of what an engine says."""
    line = str(error).strip().partition("\n")[0][:300]
    return CannotAnswer(_t("The number cannot be computed: {reason}").format(reason=line))


_engines: dict[str, Callable[[], Engine]] = {"duckdb": DuckDB}


def engine(name: str) -> Engine:
    """Raises CannotAnswer for one that is not installed or not connected."""
    if name == "spark" and name not in _engines:
        from opsloop.data.metrics.spark import Spark  # noqa: PLC0415  # an extra, and heavy

        _engines[name] = Spark
    return _engines[name]()
