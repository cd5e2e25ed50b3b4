from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from opsloop.base.inbox.api import AT_ONCE, BY_DIGEST, notice_kind
from opsloop.engine.sops import keeping as _keeping  # noqa: F401  # it registers itself
from opsloop.engine.sops.compiled import end_reviews
from opsloop.engine.sops.telling import ASKED, LATE
from opsloop.playbook.following import on_publish

notice_kind(ASKED, _("An SOP of mine is to be reviewed"), default=BY_DIGEST)
notice_kind(LATE, _("An SOP was not reviewed in time"), default=AT_ONCE)
on_publish.append(end_reviews)
