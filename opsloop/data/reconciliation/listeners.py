"""A new data version means new figures of ours; and how differences are told."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Done, listen
from opsloop.base.inbox.api import AT_ONCE, notice_kind
from opsloop.base.jobs.api import enqueue
from opsloop.data.lake.models import Snapshot
from opsloop.data.reconciliation.agreements import agreements
from opsloop.data.reconciliation.jobs import FOLLOW_ONE
from opsloop.data.reconciliation.telling import KIND

notice_kind(KIND, _("A source differs from its control figure"), default=AT_ONCE)


@listen("*")
def follow(done: Done) -> None:
    """Whatever act published a version: measure at once. Should this be lost in a crash, the hourly round does it."""
    if Snapshot._meta.label_lower not in done.touched:
        return
    for one in agreements():
        newest = Snapshot.objects.filter(table__in=one.tables).order_by("-pk").values_list("pk", flat=True).first()
        if newest is not None:
            enqueue(FOLLOW_ONE, {"source": one.source}, key=f"{FOLLOW_ONE}:{one.source}:{newest}")
