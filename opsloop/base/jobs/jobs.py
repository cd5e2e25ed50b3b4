"""The queue tidies up after itself."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opsloop.base.jobs.context import Context
from opsloop.base.jobs.models import Beat, Job, JobState, LetterState, Outbox, ScheduleRun
from opsloop.base.jobs.tasks import scheduled

OVER_DAYS, DEAD_DAYS, RUN_DAYS = 30, 180, 400
CHUNK = 500


@scheduled("jobs.sweep", _("Tidy up finished jobs"), cron="40 3 * * *", prepare=True)
def sweep(ctx: Context) -> dict[str, int]:
    """Delete what is over for 30 days: finished jobs and sent messages. Failures stay for 180 days."""
    now = timezone.now()
    month, half = now - timedelta(days=OVER_DAYS), now - timedelta(days=DEAD_DAYS)
    over = [JobState.DONE, JobState.DISCARDED]
    rows = {
        "jobs": Job.objects.filter(state__in=over, finished_at__lt=month),
        "failed": Job.objects.filter(state=JobState.DEAD, finished_at__lt=half),
        "messages": Outbox.objects.filter(state=LetterState.SENT, sent_at__lt=month),
        "undelivered": Outbox.objects.filter(state=LetterState.DEAD, made_at__lt=half),
        "workers": Beat.objects.filter(seen_at__lt=now - timedelta(days=1)),
        "runs": ScheduleRun.objects.filter(due__lt=now - timedelta(days=RUN_DAYS)),
    }
    gone = dict.fromkeys(rows, 0)
    for name, what in rows.items():
        while chunk := list(what.values_list("pk", flat=True)[:CHUNK]):
            with ctx.checkpoint():
                gone[name] += what.filter(pk__in=chunk).delete()[0]
    return gone
