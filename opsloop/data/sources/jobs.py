"""Loading by the clock: files that lie in drop/, sources that are fetched, and what is late."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import acting
from opsloop.base.due import Done, Due, when_due
from opsloop.base.jobs.api import SLOW, Context, scheduled, task
from opsloop.base.things.errors import Refused
from opsloop.data.lake.actions import note_forgotten
from opsloop.data.lake.forgetting import Gone
from opsloop.data.sources import due, forgetting, orders
from opsloop.data.sources.actions import miss
from opsloop.data.sources.loading import LoadResult, collect_and_load, files, load_dropped
from opsloop.data.sources.loading.deciding import sweep_turned_back
from opsloop.data.sources.loading.erased import AGAIN, on_the_list
from opsloop.data.sources.loading.results import told
from opsloop.data.sources.models import LoadState
from opsloop.data.sources.originals import sweep_originals

MAY = ("sources.load", "sources.recognise", "sources.hold", "sources.fail", "sources.miss")


@scheduled(
    "sources.take", _("Load files from drop/"), cron="*/2 * * * *", prepare=True, timeout_s=3600, queue=SLOW, may=MAY,
    max_age_s=600, max_attempts=2,
)  # fmt: skip
def take(ctx: Context) -> list[str]:
    """Load every file in drop/ that is a source's and to which nobody writes any more."""
    out: list[str] = []
    with acting(ctx.call()):
        for source in due.dropped_sources():
            ctx.progress(len(out), None, source.title)
            for result in load_dropped(source, by=ctx.by, quiet_s=files.QUIET_S):
                out.append(f"{result.file}: {result.state}")
    return out


@scheduled(
    "sources.collect", _("Collect sources"), cron="*/5 * * * *", prepare=True, timeout_s=3600, queue=SLOW, may=MAY,
    max_age_s=600, max_attempts=2,
)  # fmt: skip
def collect(ctx: Context) -> list[str]:
    """Fetch and load every source that is due; a failure is noted with the source and tried again later."""
    out: list[str] = []
    with acting(ctx.call()):
        for source, since in list(due.to_collect(timezone.now())):
            ctx.progress(len(out), None, source.title)
            for result in collect_and_load(source, by=ctx.by, since=since):
                out.append(f"{result.file}: {result.state}")
    return out


@task(orders.TASK, _("Release or repair"), prepare=True, timeout_s=3600, queue=SLOW, max_attempts=2)
def work(ctx: Context, order: int) -> Callable[[], dict[str, Any]]:
    """What somebody decided of a load or of rows aside, with their rights."""
    return orders.carry_out(ctx, order)


@task(AGAIN, _("Take erased people out of a file that came later"), prepare=True, queue=SLOW,
      may=("lake.forget",))  # fmt: skip
def forget_again(ctx: Context, file: str) -> int:
    """Their rows never came into the lake; the original that was put away is replaced by a copy without them."""
    rows = 0
    for manner, subjects in on_the_list().items():
        gone = Gone(subjects, manner, frozenset())
        for one in forgetting.of_originals(gone, file) if subjects else ():
            with ctx.checkpoint():
                note_forgotten(by=ctx.by, what=_t("original files"), which=one.said[:300], rows=one.rows)
                one.write()
            rows += one.rows
    return rows


@scheduled("sources.watch", _("Note late data"), cron="7,22,37,52 * * * *", may=("sources.miss",))
def watch(ctx: Context) -> None:
    """Tell the owners of sources whose data should be there by now."""
    for source, day in list(due.late_days(timezone.now())):
        miss(source, by=ctx.by, day=day)


@scheduled("sources.tidy", _("Tidy up after loads"), cron="35 3 * * *", prepare=True)
def tidy(ctx: Context) -> int:
    """Hand back what was turned back, remove what killed loads left, and originals that were kept long enough."""
    swept = sweep_turned_back() + files.sweep_working_folders() + files.close_lost_attempts()
    return swept + sweep_originals(timezone.localdate())


@when_due("sources", order=10, may=MAY)
def load_due(asked: Due) -> list[Done]:
    """What lies in drop/, what is to be fetched, and what is late at that moment."""
    out: list[Done] = []
    for source in due.dropped_sources():
        out += _done(load_dropped(source, by=asked.by))
    for source, since in list(due.to_collect(asked.now)):
        try:
            out += _done(collect_and_load(source, by=asked.by, since=since))
        except (Refused, LookupError) as error:
            out.append(Done(f"{source.ident}: {error}", {"source": source.ident, "error": str(error)}, failed=True))
    for source, day in list(due.late_days(asked.now)):
        miss(source, by=asked.by, day=day)
        text = _t("{source} is late for {day}").format(source=source.title, day=day)
        out.append(Done(text, {"source": source.ident, "late": day.isoformat()}))
    return out


def _done(results: Iterable[LoadResult]) -> list[Done]:
    return [Done(told(one), one.plain(), failed=one.state == LoadState.FAILED) for one in results]
