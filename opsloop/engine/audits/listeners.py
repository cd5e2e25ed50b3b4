from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from opsloop.base.inbox.api import AT_ONCE, notice_kind
from opsloop.engine.audits.jobs import READY

notice_kind(READY, _("An audit pack of mine is ready"), default=AT_ONCE)
