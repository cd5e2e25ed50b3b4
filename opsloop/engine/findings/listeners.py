from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from opsloop.base.inbox.api import AT_ONCE, BY_DIGEST, notice_kind
from opsloop.base.links.kinds import link_kind
from opsloop.base.search.api import searchable
from opsloop.engine.findings import publishing
from opsloop.engine.findings.actions.raising import FROM
from opsloop.engine.findings.actions.verifying import BROUGHT
from opsloop.engine.findings.models import Finding
from opsloop.engine.findings.telling import GIVEN, LATE, MOVED, RAISED, TO_VERIFY
from opsloop.playbook.following import on_publish
from opsloop.playbook.reasons import stands_for

notice_kind(RAISED, _("A finding waits to be triaged"), default=BY_DIGEST)
notice_kind(GIVEN, _("A finding is mine to look after"), default=AT_ONCE)
notice_kind(MOVED, _("A finding that I raised moved on"), default=BY_DIGEST)
notice_kind(TO_VERIFY, _("A finding waits to be verified"), default=AT_ONCE)
notice_kind(LATE, _("A finding is overdue"), default=AT_ONCE)
link_kind(FROM, _("raised from"), _("led to"), a=["findings.finding"])
link_kind(BROUGHT, _("brought"), _("came of"), a=["findings.finding"], b=["playbook.publication"])
searchable(Finding, url=lambda one: one.get_absolute_url(), text=lambda one: f"{one.code} {one.seen} {one.measure}")
stands_for(publishing.LABEL, publishing.file_of)
on_publish.append(publishing.tell_what_came)
