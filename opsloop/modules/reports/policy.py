"""Who sees what: an edition those whose positions its report names, issued or not by what they have to do with it."""

from __future__ import annotations

from django.db.models import Q

from opsloop.base.people.models import Holding, Person
from opsloop.base.policy.scopes import scoped
from opsloop.base.policy.standing import Standing
from opsloop.modules.reports.models import Direction, Edition, OwnCopy, OwnReport, Report
from opsloop.modules.reports.words import OUT, OwnState


def _editions(person: Person, standing: Standing, level: str) -> Q:
    """Who writes or issues it always, who gets copies once it is out. Asks nothing: the reports are a subquery."""
    code = standing.position
    work = Report.objects.filter(Q(definition__written_by=code) | Q(definition__issued_by=code))
    # SQLite cannot look into a list; a code in its quotes stands for itself in the list's text
    read = Report.objects.filter(definition__for__icontains=f'"{code}"')
    return Q(report__in=work) | Q(report__in=read, state__in=OUT)


def _directions(person: Person, standing: Standing, level: str) -> Q:
    return Q(edition__in=Edition.objects.filter(_editions(person, standing, level)))


def _own(person: Person, standing: Standing, level: str) -> Q:
    """One's own, what was sent to one, and what those below one's department sent."""
    whose = standing.behalf_id or person.pk
    part = Q(person_id=whose) | Q(state=OwnState.SENT, pk__in=OwnCopy.objects.filter(person_id=whose).values("own"))
    if level == "subtree" and standing.department_path:
        below = Holding.objects.at().filter(department__path__startswith=standing.department_path).values("person")
        part |= Q(state=OwnState.SENT, person__in=below)
    return part


def _copies(person: Person, standing: Standing, level: str) -> Q:
    return Q(own__in=OwnReport.objects.filter(_own(person, standing, level)))


scoped(Report, everyone=True)
scoped(Edition, rows=_editions)
scoped(Direction, rows=_directions)
scoped(OwnReport, rows=_own)
scoped(OwnCopy, rows=_copies)
