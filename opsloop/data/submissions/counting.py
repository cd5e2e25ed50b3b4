"""When checked sheets become data: as soon as all of a period are there, else when its time is over."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Max
from django.utils import timezone

from opsloop.base.jobs.api import enqueue
from opsloop.data.sources.models import Load, LoadState, Source
from opsloop.data.submissions.models import State, Submission

LOAD = "submissions.load"
TOOK = (LoadState.LOADED, LoadState.HELD, LoadState.SAME, LoadState.TURNED_BACK)


def count(sheet: Submission) -> None:
    """Inside an act: what stands on the sheet counts from now on; it is loaded unless others are waited for."""
    sheet.state, sheet.counted, sheet.counted_at = State.APPROVED, sheet.rows, timezone.now()
    sheet.save()
    if not awaits_others(sheet.source, sheet.day, timezone.now()):
        enqueue(LOAD, {"source": sheet.source_id})


def awaits_others(source: Source, day: date, now: datetime) -> bool:
    """Is the period still open, with sheets that were not accepted yet?"""
    return Submission.objects.filter(source=source, day=day, counted_at=None, due_at__gt=now).exists()


def days_to_load(source: Source, now: datetime) -> list[date]:
    """Days with figures that began to count after their last load began, and that wait for nobody, oldest first."""
    sheets = Submission.objects.filter(source=source, counted_at__isnull=False).order_by()
    counted = dict(sheets.values_list("day").annotate(Max("counted_at")))
    loads = Load.objects.filter(source=source, due_on__in=list(counted), state__in=TOOK, repairs=None).order_by()
    taken = dict(loads.values_list("due_on").annotate(Max("began_at")))
    moved = [day for day, at in counted.items() if day not in taken or at > taken[day]]
    return [day for day in sorted(moved) if not awaits_others(source, day, now)]
