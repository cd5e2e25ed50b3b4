"""What publishing does: for the act lake.publish, and for acts of apps above that publish in their transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Annotated

from django.db import connection
from django.db.models import Max, Min, Sum
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Refused
from opsloop.base.acts.about import also_about
from opsloop.data.lake.manifest import files_of, newest
from opsloop.data.lake.models import DataFile, Snapshot

PERSONAL = frozenset({"", "contact", "identity", "health", "pay", "appraisal", "complaint"})
LOCK = 0x6C616B65
"""PostgreSQL's advisory lock of all publishing."""


@dataclass(frozen=True)
class FileRow:
    """One written Parquet file: path below the lake folder, rows, bytes, checksum, span of days."""

    path: Annotated[str, Arg(label=_("File"), max=250)]
    partition: Annotated[str, Arg(label=_("Partition"), max=40)]
    rows: Annotated[int, Arg(label=_("Rows"), min=0)]
    size: Annotated[int, Arg(label=_("Bytes"), min=0)]
    sha256: Annotated[str, Arg(label=_("Checksum"), min=64, max=64)]
    first_day: Annotated[date | None, Arg(label=_("From"))] = None
    last_day: Annotated[date | None, Arg(label=_("Data until"))] = None


@dataclass(frozen=True)
class ColumnRow:
    """One column of a version: DuckDB's name of its type, and the sensitivity class of its values or ""."""

    name: Annotated[str, Arg(label=_("Column"), max=120)]
    type: Annotated[str, Arg(label=_("Type"), max=200)]
    personal: Annotated[str, Arg(label=_("Sensitivity"), max=20)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What one table's next version is made of.

    after: the version that it was prepared on (0: none); None publishes on whatever is newest. columns: None keeps
    those of the version before.
    """

    table: str
    batch: str
    reason: str
    added: Sequence[FileRow] = ()
    removed: Iterable[str] = field(default=())
    after: int | None = None
    columns: Sequence[ColumnRow] | None = None


def put_versions(versions: Sequence[Version]) -> list[Snapshot]:
    """Publish versions of several tables, all or none. Only inside an act, under its permission and in its entry.

    Raises Refused when somebody published a table in between, or a file that is to go is not there.
    """
    hold()
    made = [_put(version) for version in versions]
    also_about(*made)
    return made


def hold() -> None:
    """Until the commit nobody else publishes: versions come in the order of their numbers, over the whole lake.

    SQLite has one writer anyway, since transactions are IMMEDIATE.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])


def _put(version: Version) -> Snapshot:
    last = newest(version.table)
    if version.after is not None and (last.pk if last else 0) != version.after:
        raise Refused(_t("Another data version was published meanwhile; load again."))
    gone = set(version.removed)
    present = set(files_of(last).values_list("path", flat=True)) if last else set()
    if missing := sorted(gone - present):
        raise Refused(_t("These files are not in the present version: {files}").format(files=", ".join(missing)))
    columns = last.columns if version.columns is None and last else _described(version.columns or ())
    snapshot = Snapshot(table=version.table, at=timezone.now(), rows=0, reason=version.reason, columns=columns)
    snapshot.save()
    DataFile.objects.bulk_create([_file(row, version, snapshot) for row in version.added])
    if gone:
        DataFile.objects.filter(path__in=gone).update(removed_in=snapshot)
    whole = files_of(snapshot).aggregate(rows=Sum("rows"), first=Min("first_day"), last=Max("last_day"))
    snapshot.rows, snapshot.first_day, snapshot.last_day = whole["rows"] or 0, whole["first"], whole["last"]
    snapshot.save(update_fields=["rows", "first_day", "last_day"])
    return snapshot


def _described(columns: Sequence[ColumnRow]) -> list[dict[str, str]]:
    for column in columns:
        if column.personal not in PERSONAL:
            raise Refused(_t("{word} is no sensitivity class.").format(word=column.personal), field="columns")
    names = [column.name.lower() for column in columns]
    if len(set(names)) < len(names):
        raise Refused(_t("Two columns have the same name."), field="columns")
    return [asdict(column) for column in columns]


def _file(row: FileRow, version: Version, snapshot: Snapshot) -> DataFile:
    return DataFile(
        table=version.table, path=row.path, partition=row.partition, rows=row.rows, size=row.size, sha256=row.sha256,
        first_day=row.first_day, last_day=row.last_day, batch=version.batch, added_in=snapshot,
    )  # fmt: skip
