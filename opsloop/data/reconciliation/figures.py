"""Our figures by day, out of the newest data version."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from opsloop.data.lake import manifest, store
from opsloop.data.lake.models import Snapshot
from opsloop.data.reconciliation.agreements import ROWS


def by_day(snapshot: Snapshot, figure: str, since: date) -> dict[date, Decimal]:
    """day -> sum of the column `figure`, or the number of rows, from `since` on."""
    quoted = '"' + figure.replace('"', '""') + '"'
    value = "count(*)" if figure == ROWS else f"sum({quoted})"
    files = store.relation(snapshot)
    sql = f"select day, cast({value} as decimal(24, 4)) from {files} where day >= ? group by day"  # noqa: S608  # a column of the contract
    cursor = store.connect().cursor()
    try:
        found = cursor.execute(sql, [since]).fetchall()
    finally:
        cursor.close()
    return {day: value for day, value in found if day is not None and value is not None}


def newest_by_day(table: str, figure: str, since: date) -> tuple[Snapshot | None, dict[date, Decimal]]:
    """(the data version, its figures); no version and no figures while nothing is loaded."""
    snapshot = manifest.newest(table)
    return (None, {}) if snapshot is None else (snapshot, by_day(snapshot, figure, since))
