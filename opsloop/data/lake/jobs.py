"""The lake looks after itself: small files merged, old versions let go, files of no version swept, people erased."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.jobs.api import SLOW, Context, scheduled, task
from opsloop.base.things.errors import Refused
from opsloop.data.lake import compaction, erasing, forgetting, manifest, retention, sweeping
from opsloop.data.lake.actions import compact_table, retire_versions, sweep_files
from opsloop.data.lake.writing import writer

PART = 1000
MAY_ERASE = ("lake.erase", "lake.forget")


@scheduled(
    "lake.compact", _("Merge small data files"), cron="20 2 * * *", prepare=True, timeout_s=3600, queue=SLOW,
    may=("lake.compact",), max_age_s=6 * 3600,
)  # fmt: skip
def compact_tables(ctx: Context) -> list[str]:
    """Merge the small files of every table; one that is being loaded waits for tomorrow."""
    done = []
    names = manifest.names()
    for at, table in enumerate(names):
        ctx.progress(at, len(names), table)
        try:
            with writer([table], wait_s=0):
                work = compaction.compact(table)
                if work is not None:
                    with ctx.checkpoint():
                        compact_table(by=ctx.by, table=table, after=work.after, added=work.added, removed=work.removed)
                    done.append(table)
        except Refused:  # a load has it, or was faster: what was written is swept
            continue
    return done


@scheduled("lake.retire", _("Let old data versions go"), cron="50 2 * * *", prepare=True, may=("lake.retire",))
def retire(ctx: Context) -> int:
    """Versions that were replaced more than `lake_days` ago go, but for those that something issued names."""
    gone, now = 0, timezone.now()
    days = (now - retention.kept_until(now)).days
    for one in retention.past(now):
        with ctx.checkpoint():
            reason = _t("older than {days} days").format(days=days)
            gone += retire_versions(by=ctx.by, table=one.table, versions=one.versions, files=one.files, reason=reason)
    return gone


@scheduled("lake.sweep", _("Sweep files of no data version"), cron="10 * * * *", prepare=True, may=("lake.sweep",))
def sweep(ctx: Context) -> int:
    """Delete files that have been in no version for a day."""
    found = sweeping.ripe(timezone.now())
    for start in range(0, len(found), PART):
        with ctx.checkpoint():
            sweep_files(by=ctx.by, files=found[start : start + PART])
    return len(found)


@task("lake.erase", _("Erase a person from the data"), prepare=True, timeout_s=3600, queue=SLOW, may=MAY_ERASE)
def erase(ctx: Context, subject: str, manner: str) -> int:
    """Every copy, then the lake's files, table by table; each changes in one transaction."""

    def told(done: int, text: str) -> None:
        ctx.progress(done, None, text)

    return forgetting.erase([subject], erasing.Manner(manner), by=ctx.by, chunk=ctx.checkpoint, told=told)
