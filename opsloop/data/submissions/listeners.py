"""What people are told of sheets."""

from django.utils.translation import gettext_lazy as _

from opsloop.base.inbox.api import AT_ONCE, notice_kind
from opsloop.data.submissions import collecting, forgetting, telling

__all__ = ["collecting", "forgetting"]

notice_kind(telling.DUE, _("A sheet is to be filled in"), default=AT_ONCE)
notice_kind(telling.CHECK, _("Filled-in figures wait for a check"))
notice_kind(telling.BACK, _("A sheet was sent back"), default=AT_ONCE)
