from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from opsloop.base.inbox.api import AT_ONCE, bulletin_kind, notice_kind
from opsloop.base.search.api import searchable
from opsloop.data.requests.actions import ASKED, BULLETIN, MOVED
from opsloop.data.requests.models import Request

notice_kind(ASKED, _("Somebody asks for figures"), default=AT_ONCE)
bulletin_kind(BULLETIN, _("Data requests"), on=False)
notice_kind(MOVED, _("A data request moved on"), default=AT_ONCE)
searchable(
    Request, url=lambda request: request.get_absolute_url(), text=lambda r: f"{r.purpose} {r.content} {r.meaning}"
)
