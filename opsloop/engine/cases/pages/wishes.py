"""What people noted on a case, and what its SOP's rules raised: findings, and the draft that may come of each."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from opsloop.base.acts.about import ref
from opsloop.base.links.queries import linked
from opsloop.base.people.models import Person
from opsloop.base.policy.rules import can
from opsloop.base.things.models import Thing
from opsloop.engine.cases.models import Case
from opsloop.engine.findings.api import Finding, Standing, standing

TOLD_APART = "findings."
"""The case's page shows these here and not among its links."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One finding of the case. revise: where a draft because of it begins, for those who may write one."""

    standing: Standing
    revise: str


def revise_url(about: Thing) -> str:
    """Where a draft of the standard because of this begins."""
    return f"{reverse('playbook:revise')}?{urlencode({'about': ref(about)})}"


def wishes(case: Case, person: Person) -> list[Wish]:
    """As far as the person sees them, oldest first; one that was merged too, since it was said here."""
    may = can(person, "playbook.draft")
    found = {one.other.pk: one.other for one in linked(case, person) if isinstance(one.other, Finding)}
    return [Wish(standing(one), revise_url(one) if may else "") for one in found.values()]
