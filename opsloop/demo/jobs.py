"""The demo stays alive: each day that ends in the shops comes into the lake within the hour."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from opsloop.base.jobs.api import Context, scheduled
from opsloop.data.lake.models import Snapshot
from opsloop.demo import grocer


@scheduled("demo.bring_day", _("Bring in the demo's next day"), cron="5 * * * *", may=("lake.publish",), prepare=True)
def bring_day(ctx: Context) -> Callable[[], Snapshot] | None:
    """Stage the days that are due outside the transaction, publish them with the acknowledgement."""
    shift = grocer.shift_in_use()
    staged = grocer.stage(shift, grocer.today()) if shift and shift.weeks else None
    if staged is None:
        return None
    return lambda: grocer.publish(staged, ctx.by)
