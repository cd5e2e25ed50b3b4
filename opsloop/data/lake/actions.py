"""What is done to the lake's versions: publish, merge, let go, sweep, erase. The files lie there before."""

from __future__ import annotations

import functools
from datetime import timedelta
from typing import Annotated

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Invalid, Reason, Refused, act
from opsloop.base.acts.about import also_about
from opsloop.base.jobs.api import enqueue
from opsloop.base.people.erasing import note
from opsloop.base.people.models import Person
from opsloop.data.lake import erasing, sweeping
from opsloop.data.lake.manifest import files_of, newest
from opsloop.data.lake.models import DataFile, Snapshot
from opsloop.data.lake.publishing import ColumnRow, FileRow, Version, hold, put_versions

__all__ = ["ColumnRow", "FileRow", "publish_snapshot"]
PROGRAMS = frozenset({"cli"})
NO_DOOR: frozenset[str] = frozenset()
ERASED_STAY = timedelta(hours=1)
"""How long replaced files of an erasure lie there for those who are just reading them."""


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
    columns: Annotated[list[ColumnRow] | None, Arg(label=_("Data columns"))] = None,
) -> Snapshot:
    """Make these files the table's newest version. Refused when somebody published in between (`after`)."""
    version = Version(
        table=table, batch=batch, reason=reason, added=added, removed=removed or (), after=after, columns=columns
    )
    return put_versions([version])[0]


@act(
    "lake.compact",
    _("Merge small files"),
    done=_("{by} merged small files of {table} into a version with the same rows"),
    doors=NO_DOOR,
)
def compact_table(*, by: Person, table: str, after: int, added: list[FileRow], removed: list[str]) -> Snapshot:
    """Replace small files by merged ones. Refused when the rows would not be as many, or a load came in between."""
    before = DataFile.objects.filter(path__in=removed).aggregate(rows=Sum("rows"))["rows"] or 0
    if before != sum(file.rows for file in added):
        raise Refused(_t("The merged files do not hold the same number of rows."))
    reason = _t("Small files merged; no row changed")
    return put_versions(
        [Version(table=table, batch="compaction", reason=reason, added=added, removed=removed, after=after)]
    )[0]


@act(
    "lake.retire",
    _("Let old versions go"),
    done=_("{by} let old data versions of {table} go ({reason})"),
    doors=NO_DOOR,
)
def retire_versions(*, by: Person, table: str, versions: list[int], files: list[str], reason: str) -> int:
    """Mark versions as no longer readable and take files that only they needed out of the manifest.

    The sweep deletes the files a day later. Refused for the newest version and for a file that a kept one needs.
    """
    hold()
    last = newest(table)
    if last is not None and last.pk in versions:
        raise Refused(_t("The newest data version of a table stays."))
    Snapshot.objects.filter(table=table, pk__in=versions, retired_at__isnull=True).update(retired_at=timezone.now())
    for file in DataFile.objects.filter(table=table, path__in=files):
        if file.removed_in_id is None or _needed(file):
            raise Refused(_t("A data version that is kept needs the file {file}.").format(file=file.path))
    DataFile.objects.filter(table=table, path__in=files).delete()
    also_about(*Snapshot.objects.filter(pk__in=versions))
    return len(versions)


def _needed(file: DataFile) -> bool:
    kept = Snapshot.objects.filter(table=file.table, retired_at__isnull=True)
    return kept.filter(pk__gte=file.added_in_id, pk__lt=file.removed_in_id).exists()


@act(
    "lake.sweep",
    _("Sweep files of no version"),
    done=_("{by} deleted {result} files that no data version names"),
    doors=NO_DOOR,
)
def sweep_files(*, by: Person, files: list[str]) -> int:
    """Delete files that no version names, once this is certain. Those that a version names meanwhile stay."""
    named = set(DataFile.objects.filter(path__in=files).values_list("path", flat=True))
    going = [path for path in files if path not in named]
    transaction.on_commit(functools.partial(sweeping.delete, going))
    return len(going)


@act(
    "lake.ask_erasure",
    _("Erase a person from the data"),
    done=_("{by} ordered rows of a person to be erased: {reason}"),
)
def ask_erasure(
    *,
    by: Person,
    subject: Annotated[str, Arg(label=_("Pseudonym"), help=_("As it stands in results; never the number itself."))],
    reason: Reason,
    manner: Annotated[erasing.Manner, Arg(label=_("What becomes of the rows"))] = erasing.Manner.DETACH,
) -> None:
    """Have a job write every file of every version anew without this person. It cannot be undone."""
    if not erasing.SUBJECT.fullmatch(subject):
        raise Invalid({"subject": [_t("A pseudonym is 16 digits and letters a to f.")]})
    order(subject, manner)


def order(subject: str, manner: erasing.Manner) -> None:
    """Inside an act: have the erasure done, and note it on the list by which a restored backup is erased again."""
    note("lake", subject, {"manner": manner.value})
    enqueue("lake.erase", {"subject": subject, "manner": manner.value}, behalf=None)


@act(
    "lake.forget",
    _("Take a person out of another copy"),
    done=_("{by} took a person out of {what}: {which}"),
    doors=NO_DOOR,
)
def note_forgotten(*, by: Person, what: str, which: str, rows: int) -> int:
    """Note that an erasure changes something outside of the lake's tables; the caller does it in this transaction."""
    return rows


@act(
    "lake.erase",
    _("Write the data anew without a person"),
    done=_("{by} took a person out of {rows} rows in {files} files of {table}"),
    doors=NO_DOOR,
)
def put_rewrites(*, by: Person, table: str, after: int, rewrites: list[erasing.Rewrite], rows: int, files: int) -> int:
    """Put rewritten files in the place of the old ones, in every version at once.

    Refused when the table got a version or lost a file since it was searched: search again.
    """
    hold()
    last = newest(table)
    found = {file.path: file for file in DataFile.objects.filter(table=table, path__in=[r.old for r in rewrites])}
    if (last.pk if last else 0) != after or len(found) < len(rewrites):
        raise Refused(_t("Another data version was published meanwhile; load again."))
    for rewrite in rewrites:
        file = found[rewrite.old]
        file.path, file.rows, file.size, file.sha256 = rewrite.path, rewrite.rows, rewrite.size, rewrite.sha256
        file.save(update_fields=["path", "rows", "size", "sha256"])
    _count_anew(table)
    old = [r.old for r in rewrites]
    transaction.on_commit(functools.partial(sweeping.hasten, old, timezone.now(), grace=ERASED_STAY))
    return rows


def _count_anew(table: str) -> None:
    for snapshot in Snapshot.objects.filter(table=table, retired_at__isnull=True):
        rows = files_of(snapshot).aggregate(rows=Sum("rows"))["rows"] or 0
        if rows != snapshot.rows:
            snapshot.rows = rows
            snapshot.save(update_fields=["rows"])
