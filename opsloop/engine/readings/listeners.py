"""What people may be told of readings, and what makes readings: publications and holdings."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from opsloop.base.inbox.api import AT_ONCE, BY_DIGEST, notice_kind
from opsloop.base.jobs.api import enqueue
from opsloop.engine.readings.actions.telling import DUE, GIVEN, LATE, STUCK, URGED
from opsloop.playbook.following import on_publish
from opsloop.playbook.models import Publication

notice_kind(GIVEN, _("I have something to read"), default=BY_DIGEST)
notice_kind(DUE, _("A reading of mine is due soon"), default=BY_DIGEST)
notice_kind(LATE, _("A reading is overdue"), default=AT_ONCE)
notice_kind(STUCK, _("Somebody I lead has used up all tries at questions"), default=AT_ONCE)
notice_kind(URGED, _("Somebody asks me to read"), default=AT_ONCE)


def _settle_after(publication: Publication) -> None:
    """Inside the publishing act, so that it is neither lost nor slow."""
    enqueue("readings.settle", {}, key=f"readings:{publication.pk}", behalf=None)


on_publish.append(_settle_after)
