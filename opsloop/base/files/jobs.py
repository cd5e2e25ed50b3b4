"""The shelf is swept at night."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from opsloop.base.files.sweep import sweep
from opsloop.base.jobs.api import Context, scheduled


@scheduled("files.sweep", _("Sweep files that nothing uses"), cron="20 3 * * *", prepare=True, may=("files.sweep",))
def sweep_shelf(ctx: Context) -> int:
    """Uploads that no act took within two days, and bytes without a row."""
    return sweep(ctx.by, ctx.checkpoint)
