"""Who fills a sheet in, who checks it, and for which departments there is one."""

from __future__ import annotations

from django.utils.translation import gettext as _t

from opsloop.base.people.models import Department, Holding, Person, Position
from opsloop.base.policy.standing import standings
from opsloop.base.things.errors import Refused
from opsloop.data.sources.kinds.arrives import Filled
from opsloop.data.sources.kinds.words import Per
from opsloop.data.submissions.models import Submission


def positions(asked: Filled) -> tuple[str, ...]:
    """The positions that fill the sheet in."""
    return (asked.form,) if isinstance(asked.form, str) else asked.form


def places(asked: Filled) -> list[Department]:
    """The departments for which there is a sheet now: those of the holders, or the one of the whole company."""
    held = Holding.objects.at().filter(position__code__in=positions(asked), department__closed_at=None)
    if asked.per is Per.DEPARTMENT:
        ids = held.values_list("department_id", flat=True).distinct()
        return list(Department.objects.filter(pk__in=list(ids)).order_by("path"))
    own = Position.objects.filter(code__in=positions(asked), department__isnull=False).order_by("pk").first()
    if own is not None and own.department is not None:
        return [own.department]
    first = held.select_related("department").order_by("pk").first()
    if first is not None:
        return [first.department]
    root = Department.objects.filter(parent=None, closed_at=None).order_by("pk").first()
    return [root] if root is not None else []


def fills(person: Person, asked: Filled, sheet: Submission) -> bool:
    """Is it this person's to fill in: by one of its positions, in its department where each has one?"""
    mine = [one for one in standings(person) if one.position in positions(asked)]
    return any(asked.per is Per.COMPANY or one.department_id == sheet.department_id for one in mine)


def checks(person: Person, asked: Filled, sheet: Submission) -> bool:
    """Is it this person's to check: by the position named, and somebody else filled it in?"""
    if not asked.review or sheet.submitted_by_id == person.pk:
        return False
    return any(one.position == asked.review and one.behalf_id != sheet.submitted_by_id for one in standings(person))


def must_fill(person: Person, asked: Filled, sheet: Submission) -> None:
    """Raises Refused for everybody else."""
    if not fills(person, asked, sheet):
        raise Refused(_t("This sheet is filled in by another position."))


def must_check(person: Person, asked: Filled, sheet: Submission) -> None:
    """Raises Refused for who filled it in and for everybody but the position that checks."""
    if sheet.submitted_by_id == person.pk:
        raise Refused(_t("You filled it in; a second person checks it."))
    if not checks(person, asked, sheet):
        raise Refused(_t("This sheet is checked by another position."))
