"""Publishing a data version: the only write of the manifest. The files lie there before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from django.db.models import Max, Min, Sum
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Refused, act
from opsloop.base.people.models import Person
from opsloop.data.lake.manifest import files_of, newest
from opsloop.data.lake.models import DataFile, Snapshot

PROGRAMS = frozenset({"cli"})


@dataclass(frozen=True)
class FileRow:
    """One written Parquet file: path below the lake folder, rows, bytes, checksum, span of days."""

    path: Annotated[str, Arg(label=_("File"), max=250)]
    partition: Annotated[str, Arg(label=_("Partition"), max=40)]
    rows: Annotated[int, Arg(label=_("Rows"), min=0)]
    size: Annotated[int, Arg(label=_("Bytes"), min=0)]
    sha256: Annotated[str, Arg(label=_("Checksum"), min=64, max=64)]
    first_day: Annotated[date | None, Arg(label=_("From"))] = None
    last_day: Annotated[date | None, Arg(label=_("Until"))] = None


@act("lake.publish", _("Publish a data version"), done=_("{by} published {result}: {reason}"), doors=PROGRAMS)
def publish_snapshot(
    *,
    by: Person,
    table: Annotated[str, Arg(label=_("Table"), max=80)],
    batch: Annotated[str, Arg(label=_("Load batch"), max=80)],
    reason: Annotated[str, Arg(label=_("Reason"), max=200)],
    added: Annotated[list[FileRow], Arg(label=_("Files"))],
    removed: Annotated[list[str] | None, Arg(label=_("Replaced files"))] = None,
    after: Annotated[int | None, Arg(label=_("Expected version"))] = None,
) -> Snapshot:
    """Make these files the table's newest version. Refused when somebody published in between (`after`)."""
    last = newest(table)
    if after is not None and (last.pk if last else 0) != after:
        raise Refused(_t("Another data version was published meanwhile; load again."))
    gone = set(removed or [])
    present = {f.path: f for f in files_of(last)} if last else {}
    if missing := sorted(gone - present.keys()):
        raise Refused(_t("These files are not in the present version: {files}").format(files=", ".join(missing)))
    snapshot = Snapshot(table=table, at=timezone.now(), rows=0, reason=reason)
    snapshot.save()
    DataFile.objects.bulk_create([_file(row, table, batch, snapshot) for row in added])
    if gone:
        DataFile.objects.filter(path__in=gone).update(removed_in=snapshot)
    whole = files_of(snapshot).aggregate(rows=Sum("rows"), first=Min("first_day"), last=Max("last_day"))
    snapshot.rows, snapshot.first_day, snapshot.last_day = whole["rows"] or 0, whole["first"], whole["last"]
    snapshot.save(update_fields=["rows", "first_day", "last_day"])
    return snapshot


def _file(row: FileRow, table: str, batch: str, snapshot: Snapshot) -> DataFile:
    return DataFile(
        table=table, path=row.path, partition=row.partition, rows=row.rows, size=row.size, sha256=row.sha256,
        first_day=row.first_day, last_day=row.last_day, batch=batch, added_in=snapshot,
    )  # fmt: skip
