"""The index makes up what a crash left out, and is put right at night."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from opsloop.base.jobs.api import SLOW, Context, scheduled
from opsloop.base.search.index import catch_up, reindex


@scheduled("search.follow", _("Bring the search index up to date"), cron="*/10 * * * *", prepare=True)
def follow_ledger(ctx: Context) -> int:
    """Entries behind the mark, in transactions of 500."""
    return catch_up()


@scheduled("search.repair", _("Check the search index"), cron="10 4 * * *", prepare=True, queue=SLOW, timeout_s=3600)
def repair(ctx: Context) -> int:
    """Every row anew: what ended by the passing of time drops out too."""
    return reindex()
