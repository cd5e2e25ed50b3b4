"""The second engine: any Spark Connect endpoint (Sail, Spark) that can read the lake's folder.

Where it is stands in OPSLOOP_SPARK_REMOTE, such as sc://127.0.0.1:50051. Needs the extra `spark`.
"""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _t

from opsloop.data.datasets.reading import parsed
from opsloop.data.lake import store
from opsloop.data.lake.models import Snapshot
from opsloop.data.metrics.engines import Rows, failed
from opsloop.data.metrics.planning.trees import rendered
from opsloop.data.metrics.questions import CannotAnswer

REMOTE = "OPSLOOP_SPARK_REMOTE"


class Spark:
    """One session for each process and endpoint; a version's files become a view of its number."""

    dialect = "spark"

    def bottom(self, snapshot: Snapshot) -> str:
        return f"select * from {self._view(snapshot)}"  # noqa: S608  # a name made of a slug and a number

    def head(self, name: str, sql: str, *, dataset: bool) -> str:
        text = rendered(parsed(sql), self.dialect) if dataset else sql
        return f"`{name}` as (\n{text}\n)"

    def run(self, sql: str) -> Rows:
        try:
            return [tuple(row) for row in session(_remote()).sql(sql).collect()]
        except Exception as error:
            if type(error).__module__.partition(".")[0] not in ("pyspark", "grpc"):
                raise
            raise failed(error) from error

    def _view(self, snapshot: Snapshot) -> str:
        name = f"lake_{snapshot.table}_{snapshot.pk}"
        made = session(_remote())
        files = [str(path) for path in store.paths_of(snapshot)]
        if files:
            made.read.parquet(*files).createOrReplaceTempView(name)
        else:
            columns = ", ".join(f"cast(null as {_spark(c['type'])}) as `{c['name']}`" for c in snapshot.columns)
            made.sql(f"select {columns} limit 0").createOrReplaceTempView(name)  # names of a contract
        return name


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


@lru_cache(maxsize=1)
def session(remote: str) -> Any:
    """Raises CannotAnswer when the extra is missing or nobody answers."""
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415  # an extra
    except ImportError as error:
        raise CannotAnswer(_t("Spark's client is missing; install opsloop[spark].")) from error
    try:
        made = SparkSession.builder.remote(remote).getOrCreate()
        made.conf.set("spark.sql.session.timeZone", "UTC")
    except Exception as error:
        raise failed(error) from error
    return made
