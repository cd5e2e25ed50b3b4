"""The functions of the client, and which of the two ways they go."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Protocol

Where = Mapping[str, str | Sequence[str]]


class ClientError(Exception):
    """Opsloop said no, or could not be reached; the text says why."""


class Way(Protocol):
    """How questions reach Opsloop: over HTTP, or in a workspace on this machine."""

    def metric(self, name: str, said: list[tuple[str, str]]) -> dict[str, Any]:
        """The JSON of a metric; `said` are the parameters of its address."""
        ...

    def table(self, name: str, at: int | None) -> Any: ...

    def query(self, pk: int) -> Any: ...


_way: Way | None = None


def connect(
    url: str | None = None, token: str | None = None, *, workspace: str | Path | None = None, by: str | None = None
) -> None:
    """Say where Opsloop is. Without arguments OPSLOOP_URL and OPSLOOP_TOKEN are taken, or OPSLOOP_WORKSPACE.

    by: in a workspace, the login or staff number of whose eyes to use. Raises ClientError when nothing is said.
    """
    global _way
    _way = _chosen(url, token, workspace, by)


def _chosen(url: str | None, token: str | None, workspace: str | Path | None, by: str | None) -> Way:
    url, token = url or os.environ.get("OPSLOOP_URL"), token or os.environ.get("OPSLOOP_TOKEN")
    if workspace is None and url:
        from opsloop.client.remote import Remote  # noqa: PLC0415  # httpx, only for this way

        if not token:
            raise ClientError("a token is needed: token=… or OPSLOOP_TOKEN")
        return Remote(url, token)
    workspace = workspace or os.environ.get("OPSLOOP_WORKSPACE")
    if workspace is None:
        raise ClientError("say where Opsloop is: connect(url, token) or connect(workspace=…)")
    from opsloop.client.local import Local  # noqa: PLC0415  # starts Django

    return Local(Path(workspace), by)


def _now() -> Way:
    if _way is None:
        connect()
    assert _way is not None
    return _way


def metric(
    name: str,
    *,
    grain: str = "total",
    by: Sequence[str] = (),
    since: date | str | None = None,
    until: date | str | None = None,
    where: Where | None = None,
    compare: str = "",
    at: int | None = None,
) -> Any:
    """A metric as a pyarrow.Table: period, dimensions, value; of ratios over and under, compared: then, change and why
    there is nothing to compare; of funnels steps.

    grain: total, day, week, month, quarter or year. where: dimension -> value or values. at: a data version.
    Raises ClientError with the reason. `.to_pandas()` makes a data frame where pandas is installed.
    """
    said = [("grain", grain), *(("by", one) for one in by)]
    said += [(word, str(day)) for word, day in (("from", since), ("to", until)) if day is not None]
    for dimension, values in (where or {}).items():
        said += [("where", f"{dimension}={one}") for one in ([values] if isinstance(values, str) else values)]
    said += [("compare", compare)] if compare else []
    said += [("at", str(at))] if at is not None else []
    return _rows(_now().metric(name, said)["rows"], list(by))


def _rows(rows: list[dict[str, Any]], by: list[str]) -> Any:
    import pyarrow as pa  # noqa: PLC0415  # heavy

    names = [*dict.fromkeys(name for row in rows for name in row)] or ["period", *by, "value"]
    columns = {}
    for name in names:
        values = [row.get(name) for row in rows]
        if name == "period":
            columns[name] = pa.array([date.fromisoformat(row["period"]) for row in rows], pa.date32())
        elif name == "steps":
            columns[name] = pa.array(values, pa.list_(pa.float64()))
        else:
            columns[name] = pa.array(values, pa.string() if name in (*by, "why") else pa.float64())
    return pa.table(columns)


def table(name: str, *, at: int | None = None) -> Any:
    """A table as a pyarrow.Table, personal columns masked. Raises ClientError when there is no such table."""
    return _now().table(name, at)


def query(pk: int) -> Any:
    """A kept query by its number, run now, as a pyarrow.Table. Raises ClientError with what is wrong."""
    return _now().query(pk)
