"""Delivered files go on the day that was promised."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opsloop.base.jobs.api import Context, scheduled
from opsloop.data.requests.actions import delete_files
from opsloop.data.requests.models import Request


@scheduled("requests.tidy", _("Delete delivered files"), cron="5 1 * * *", prepare=True, may=("requests.delete_files",))
def tidy(ctx: Context) -> int:
    """One transaction a request, so that one that cannot be done holds up no other."""
    due = Request.objects.filter(delete_on__lte=timezone.localdate(), deleted_at=None).order_by("delete_on", "pk")
    found = list(due)
    for at, request in enumerate(found):
        ctx.progress(at, len(found))
        with ctx.checkpoint():
            delete_files(request, by=ctx.by)
    return len(found)
