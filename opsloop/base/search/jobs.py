"""The index follows the ledger in the worker, and is put right at night."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from opsloop.base.jobs.api import SLOW, Context, follower, scheduled
from opsloop.base.search.index import follow, reindex

follower("search.follow")(follow)


@scheduled("search.repair", _("Check the search index"), cron="10 4 * * *", prepare=True, queue=SLOW, timeout_s=3600)
def repair(ctx: Context) -> int:
    """Every row anew: what ended by the passing of time drops out too."""
    return reindex()
