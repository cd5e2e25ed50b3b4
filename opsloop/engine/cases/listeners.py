from __future__ import annotations

import contextlib

from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Done, listen
from opsloop.base.inbox.api import AT_ONCE, BY_DIGEST, notice_kind
from opsloop.base.links.kinds import link_kind
from opsloop.base.people.models import Person
from opsloop.base.things.errors import ActError
from opsloop.engine.cases import alerts
from opsloop.engine.cases.models import Case
from opsloop.engine.cases.telling import LATE, NEWS, WORK
from opsloop.engine.monitors.api import Alert, State, acknowledge

notice_kind(WORK, _("A case has work for me"), default=AT_ONCE)
notice_kind(NEWS, _("A case of mine moved on"), default=BY_DIGEST)
notice_kind(LATE, _("Work of a case is due or overdue"), default=AT_ONCE)
link_kind(alerts.FROM, _("opened for"), _("handled in"), a=[Case._meta.label_lower], b=[Alert._meta.label_lower])


@listen("cases.claim")
@listen("cases.complete")
def acknowledge_its_alert(done: Done) -> None:
    """Who takes or does work of a case has seen the alert that it is for. Who may not acknowledge alerts does not."""
    alert = alerts.alert_of(done.object_id or 0)
    if alert is None or alert.state != State.OPEN:
        return
    with contextlib.suppress(ActError):
        acknowledge(alert, by=Person.objects.get(pk=done.by_id))
