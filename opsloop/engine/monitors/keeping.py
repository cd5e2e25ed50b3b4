"""The assignment behind an alert: whoever uses its own acts does the same to the alert."""

from __future__ import annotations

from django.utils.translation import gettext as _t

from opsloop.base.acts import Refused
from opsloop.base.people.models import Person
from opsloop.base.policy.rules import can
from opsloop.engine.assignments.api import Assignment, keep, named
from opsloop.engine.monitors.actions import take_note
from opsloop.engine.monitors.models import Alert
from opsloop.engine.monitors.raising import KEEPER
from opsloop.engine.monitors.words import State


class AlertKeeper:
    """Accepting it acknowledges the alert; it ends by closing the alert, because there the cause is said."""

    def accepted(self, one: Assignment, by: Person) -> None:
        alert = Alert.objects.filter(assignment_id=one.pk).first()
        if alert is not None and alert.state == State.OPEN:
            take_note(alert, by)

    def finished(self, one: Assignment, by: Person, word: str) -> None:
        raise Refused(_t("Close its alert: the cause is said there, and this ends with it."))

    def declined(self, one: Assignment, by: Person) -> None:
        raise Refused(_t("An alert stays with its post. Hand it over, or close the alert as a false alarm."))

    def handed(self, one: Assignment, to: Person) -> None:
        alert = Alert.objects.filter(assignment_id=one.pk).first()
        if alert is not None and not can(to, "monitors.close", alert):
            text = _t("{name} may not close alerts. Give an assignment of its own about the alert instead.")
            raise Refused(text.format(name=to.name), field="to")


def name_of(pk: int) -> str:
    """Of the assignment behind an alert, composed of the alert's own name."""
    alert = Alert.objects.select_related("monitor").filter(assignment_id=pk).first()
    return _t("Handle the alert: {title}").format(title=alert.name) if alert is not None else ""


keep(KEEPER, AlertKeeper())
named(KEEPER, name_of)
