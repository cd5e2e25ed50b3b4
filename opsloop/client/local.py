"""In a workspace on this machine, without a server: for notebooks on the same host and for scripts of the operator."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from opsloop.client.asking import ClientError

T = TypeVar("T")


class Local:
    """Starts Django on the workspace once. Without `by` everything personal is masked and nobody is recorded."""

    def __init__(self, workspace: Path, by: str | None) -> None:
        from django.apps import apps  # noqa: PLC0415

        from opsloop.config.cli import start  # noqa: PLC0415
        from opsloop.config.workspace import NoWorkspace, find  # noqa: PLC0415

        try:
            if not apps.ready:
                start(find(workspace).root)
        except NoWorkspace as error:
            raise ClientError(str(error)) from error
        self._person = self._named(by) if by else None

    def _named(self, by: str) -> Any:
        from opsloop.config.cli import Failed  # noqa: PLC0415
        from opsloop.config.commands.playbook import person  # noqa: PLC0415

        try:
            return person(by)
        except Failed as error:
            raise ClientError(str(error)) from error

    def metric(self, name: str, said: list[tuple[str, str]]) -> dict[str, Any]:
        from django.http import QueryDict  # noqa: PLC0415

        from opsloop.data.metrics.api import plain  # noqa: PLC0415
        from opsloop.data.sql import feeds  # noqa: PLC0415

        asked = QueryDict(mutable=True)
        for word, value in said:
            asked.appendlist(word, value)
        return _told(lambda: plain(feeds.question_of(name, asked), self._person))

    def table(self, name: str, at: int | None) -> Any:
        from opsloop.data.lake import reading, store  # noqa: PLC0415

        return _told(lambda: store.connect().cursor().sql(reading.readable(self._person, name, at)).to_arrow_table())

    def query(self, pk: int) -> Any:
        from pyarrow import csv  # noqa: PLC0415

        from opsloop.data.sql import results, running  # noqa: PLC0415
        from opsloop.data.sql.models import SavedQuery  # noqa: PLC0415

        found = SavedQuery.objects.filter(pk=pk, archived_at__isnull=True).first()
        if found is None:
            raise ClientError(f"there is no query {pk}")
        with tempfile.TemporaryDirectory() as folder:
            done = _told(lambda: running.run(found.text, self._person, Path(folder) / "rows", limits=running.JOB))
            file = Path(folder) / "rows.csv"
            typed = ([results.typed(v, c) for v, c in zip(row, done.columns, strict=True)] for row in done.read())
            file.write_bytes(b"".join(results.csv_lines(done.columns, typed)))
            return csv.read_csv(file)


def _told(fn: Callable[[], T]) -> T:
    """Every no as a ClientError."""
    from opsloop.base.things.errors import ActError  # noqa: PLC0415
    from opsloop.data.sql.checking import BadQuery  # noqa: PLC0415

    try:
        return fn()
    except (ActError, BadQuery) as error:
        raise ClientError(str(error)) from error
