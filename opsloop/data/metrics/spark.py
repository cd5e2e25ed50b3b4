"""The second engine: any Spark Connect endpoint (Sail, Spark) that can read the lake's folder.

Where it is stands in OPSLOOP_SPARK_REMOTE, such as sc://127.0.0.1:50051. Needs the extra `spark`. A statement may take
OPSLOOP_SPARK_SECONDS, 120 where nothing is said.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from django.utils.translation import gettext as _t

from opsloop.data.datasets.reading import parsed
from opsloop.data.lake import store
from opsloop.data.lake.models import Snapshot
from opsloop.data.metrics.engines import Rows, failed
from opsloop.data.metrics.planning.trees import rendered
from opsloop.data.metrics.questions import CannotAnswer

REMOTE, SECONDS = "OPSLOOP_SPARK_REMOTE", "OPSLOOP_SPARK_SECONDS"
VIEW_S = 60.0
"""For a version's files to be looked at, which reads no rows."""
AWAY, LOST = ("UNAVAILABLE", "DEADLINE_EXCEEDED"), "INVALID_HANDLE.SESSION"
"""What says that the session is of no more use: nobody there, no answer, or a server that was started again."""


class Spark:
    """One session for each process and endpoint; a version's files become a view of its number."""

    dialect = "spark"

    def bottom(self, snapshot: Snapshot, only: str = "") -> str:
        where = f" where {only}" if only else ""
        return f"select * from {self._view(snapshot)}{where}"  # noqa: S608  # a name made of a slug and a number

    def name(self, text: str) -> str:
        return f"`{text}`"

    def head(self, name: str, sql: str, *, dataset: bool) -> str:
        text = rendered(parsed(sql), self.dialect) if dataset else sql
        return f"`{name}` as (\n{text}\n)"

    def run(self, sql: str) -> Rows:
        with _asking(limit()) as made, link().cancelled(made):
            return [tuple(row) for row in made.sql(sql).collect()]

    def _view(self, snapshot: Snapshot) -> str:
        name = f"lake_{snapshot.table}_{snapshot.pk}"
        files = tuple(str(path) for path in store.paths_of(snapshot))
        there = link().views(_remote())
        if there.get(name) != files:  # the files of a version change when a person is erased from it
            with _asking(VIEW_S) as made:
                self._source(made, snapshot, files).createOrReplaceTempView(name)
            there[name] = files
        return name

    @staticmethod
    def _source(made: Any, snapshot: Snapshot, files: tuple[str, ...]) -> Any:
        if files:
            return made.read.parquet(*files)
        columns = ", ".join(f"cast(null as {_spark(c['type'])}) as `{c['name']}`" for c in snapshot.columns)
        return made.sql(f"select {columns} limit 0")  # names of a contract


@contextmanager
def _asking(seconds: float) -> Iterator[Any]:
    """The session; what is asked of it within ends within so many seconds. Raises CannotAnswer with what Spark says."""
    remote = _remote()
    try:
        with link().within(seconds):
            yield link().session(remote)
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in ("pyspark", "grpc"):
            raise
        code = getattr(getattr(error, "getGrpcStatusCode", lambda: None)(), "name", "")
        if code in AWAY or LOST in str(error):
            link().forget(remote)
        raise _said(error, code, remote, seconds) from error


def _said(error: Exception, code: str, remote: str, seconds: float) -> CannotAnswer:
    if code == "DEADLINE_EXCEEDED":
        text = _t("Spark did not answer within {seconds} s. Ask for a shorter period, or set {name} higher.")
        return CannotAnswer(text.format(seconds=round(seconds), name=SECONDS))
    if code == "UNAVAILABLE":
        text = _t("No Spark answers at {remote}. Have it started, or correct {name}.")
        return CannotAnswer(text.format(remote=remote, name=REMOTE))
    return failed(error)


def _spark(type_: str) -> str:
    from sqlglot import exp  # noqa: PLC0415  # heavy

    return exp.DataType.build(type_, dialect="duckdb").sql(dialect="spark")


def _remote() -> str:
    remote = os.environ.get(REMOTE, "")
    if not remote:
        raise CannotAnswer(
            _t("No Spark is connected; set {name}, for instance to sc://127.0.0.1:50051.").format(name=REMOTE)
        )
    return remote


def limit() -> float:
    """Seconds that one statement may take. Raises CannotAnswer for what is no number."""
    said = os.environ.get(SECONDS, "120")
    try:
        return float(said)
    except ValueError:
        raise CannotAnswer(_t("{name} is no number of seconds: {value}.").format(name=SECONDS, value=said)) from None


def link() -> ModuleType:
    """How Spark is spoken to. Raises CannotAnswer when the extra is missing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # of pandas 3, which is not used here
            # PySpark takes a program begun with `python -c` for its own doctests, and would end it
            sys.modules["__main__"].__dict__.setdefault("__file__", __file__)
            from opsloop.data.metrics import spark_link  # noqa: PLC0415  # an extra, and heavy
    except ImportError as error:
        raise CannotAnswer(_t("Spark's client is missing; install opsloop[spark].")) from error
    return spark_link
