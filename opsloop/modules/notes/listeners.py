"""The note as a subject of channels."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from opsloop.base.inbox.api import bulletin_kind
from opsloop.modules.notes.actions import BULLETIN

bulletin_kind(BULLETIN, _("Morning note"))
