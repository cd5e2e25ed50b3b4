"""How reports are told and found."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from opsloop.base.inbox.api import AT_ONCE, BY_DIGEST, QUIETLY, bulletin_kind, notice_kind
from opsloop.base.search.api import searchable
from opsloop.modules.reports.composing import text_of
from opsloop.modules.reports.models import Direction, Edition
from opsloop.modules.reports.telling import BULLETIN, COPY, DRAFTED, FILE, OWN, RETURNED, TO_ISSUE
from opsloop.modules.reports.words import OUT

notice_kind(DRAFTED, _("A report was drafted for you to finish"), default=AT_ONCE)
notice_kind(TO_ISSUE, _("A report waits to be issued"), default=AT_ONCE)
notice_kind(RETURNED, _("A report came back"), default=AT_ONCE)
notice_kind(COPY, _("A report was issued"), default=AT_ONCE)
notice_kind(OWN, _("Weekly reports of people"), default=BY_DIGEST)
notice_kind(FILE, _("A report's file is ready"), default=QUIETLY)
bulletin_kind(BULLETIN, _("Issued reports"))

searchable(
    Edition, text=text_of, title=lambda row: f"{row.title} {row.number}", url=lambda row: row.get_absolute_url(),
    only=Q(state__in=OUT), select=("report",), noun=_("report"),
)  # fmt: skip
searchable(Direction, text=lambda row: row.edition.title, url=lambda row: row.get_absolute_url(), select=("edition",))
