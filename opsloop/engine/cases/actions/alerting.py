"""What happens between an alert and its case; no person says it."""

from __future__ import annotations

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Refused, act
from opsloop.base.people.models import Person
from opsloop.engine.cases import alerts
from opsloop.engine.cases.models import Case
from opsloop.engine.monitors.api import Alert


@act("cases.open_for", _("Open a case for an alert"), done=_("{result} was opened for {alert}"), doors=frozenset())
def open_for(*, by: Person, alert: Alert) -> Case:
    """By the SOP that its monitor names. Refused where there is none in force, or nobody to have it."""
    sop, initiator = alerts.sop_of(alert), alerts.initiator_of(alert)
    if sop is None or initiator is None:
        raise Refused(_t("There is no SOP in force for it, or nobody to have it."))
    return alerts.open_case(alert, sop, by, initiator)


@act("cases.end_with", _("End with its alert"), done=_("{case} ended with {alert}"), doors=frozenset())
def end_with(case: Case, *, by: Person, alert: Alert) -> Case:
    """Its alert was closed before anybody did a step. Refused once somebody has."""
    if not alerts.end_untouched(case, alert):
        raise Refused(_t("Somebody has acted already; it goes on by itself."))
    return case
