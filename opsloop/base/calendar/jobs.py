"""An upgrade brings the public holidays of another year; nobody needs to think of it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from opsloop.base.calendar.actions import announce_year
from opsloop.base.calendar.holidays import KNOWN_YEARS
from opsloop.base.calendar.models import AnnouncedYear
from opsloop.base.jobs.api import Context, scheduled


@scheduled(
    "calendar.announcements",
    _("Take over newly announced public holidays"),
    cron="50 5 * * *",
    may=("calendar.announce",),
)
def take_over(ctx: Context) -> None:
    """The newest known year, once: open limits are recomputed with it."""
    newest = max(KNOWN_YEARS)
    if not AnnouncedYear.objects.filter(year=newest).exists():
        announce_year(by=ctx.by, year=newest)
