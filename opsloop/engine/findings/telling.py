"""Who is told what of a finding; inside its acts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from opsloop.base.inbox.api import able, tell
from opsloop.base.people.models import Person
from opsloop.base.things.errors import Text
from opsloop.engine.findings.hands import disinterested, who_have
from opsloop.engine.findings.models import Finding

RAISED, GIVEN, MOVED, TO_VERIFY, LATE = (
    "findings.raised", "findings.given", "findings.moved", "findings.to_verify", "findings.late",
)  # fmt: skip


def _say(people: Iterable[Person], kind: str, title: Any, finding: Finding, body: Text = "") -> None:
    said = format_lazy(title, finding=finding)
    tell(list(people), kind, said, body, link=finding.get_absolute_url(), about=finding)


def tell_triagers(finding: Finding) -> None:
    """One line for all that wait, counted up, so that nobody is flooded."""
    people = able("findings.triage", finding)
    tell(
        people, RAISED, format_lazy(_("To be triaged: {finding}"), finding=finding), finding.seen[:200],
        link="/findings/triage/", key="findings.triage",
    )  # fmt: skip


def tell_owner(finding: Finding, title: Text, body: Text = "") -> None:
    _say(who_have(finding), GIVEN, title, finding, body)


def tell_raisers(finding: Finding, title: Text, body: Text = "") -> None:
    """Everyone who raised it, once each, also those whose sight of it was added to it."""
    people = {one.by_id: one.by for one in finding.sources.select_related("by")}
    people |= {finding.raised_by_id: finding.raised_by}
    _say(people.values(), MOVED, title, finding, body)


def tell_verifiers(finding: Finding, body: Text) -> None:
    _say(disinterested(finding), TO_VERIFY, _("To be verified: {finding}"), finding, body)


def tell_late(finding: Finding) -> None:
    people = {one.pk: one for one in who_have(finding)}
    if finding.triaged_by is not None:
        people[finding.triaged_by.pk] = finding.triaged_by
    _say(people.values(), LATE, _("Overdue: {finding}"), finding)
