from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from opsloop.base.inbox.api import AT_ONCE, BY_DIGEST, notice_kind
from opsloop.base.links.kinds import link_kind
from opsloop.engine.cases import alerts, ruled
from opsloop.engine.cases.models import Case
from opsloop.engine.cases.pages.moving import from_the_book
from opsloop.engine.cases.telling import LATE, NEWS, WORK
from opsloop.engine.findings.api import names_findings
from opsloop.engine.monitors.api import Alert
from opsloop.playbook.places import put_beside
from opsloop.playbook.reasons import stands_for

notice_kind(WORK, _("A case has work for me"), default=AT_ONCE)
notice_kind(NEWS, _("A case of mine moved on"), default=BY_DIGEST)
notice_kind(LATE, _("Work of a case is due or overdue"), default=AT_ONCE)
put_beside("sop", from_the_book)
stands_for(Case._meta.label_lower, lambda case: ("sop", case.sop))
names_findings(Case._meta.label_lower, ruled.names_of)
link_kind(alerts.FROM, _("opened for"), _("handled in"), a=[Case._meta.label_lower], b=[Alert._meta.label_lower])
