"""Where statements run: DuckDB in this process, or any Spark Connect endpoint. Both read the manifest's files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from django.utils.translation import gettext as _t

from opsloop.data.lake import store
from opsloop.data.lake.models import Snapshot
from opsloop.data.metrics.questions import CannotAnswer

Rows = list[tuple[Any, ...]]


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

        cursor = store.connect().cursor()
        try:
            return list(cursor.execute(sql).fetchall())
        except duckdb.Error as error:
            raise failed(error) from error
        finally:
            cursor.close()


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
