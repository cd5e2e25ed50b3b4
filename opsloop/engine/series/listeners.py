from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from opsloop.base.inbox.api import AT_ONCE, notice_kind
from opsloop.engine.series.actions.running import TROUBLE

notice_kind(TROUBLE, _("A recurring case of mine could not begin"), default=AT_ONCE)
