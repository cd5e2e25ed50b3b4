"""People's own things are searchable: persons by what they hold, departments, positions."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from opsloop.base.people.models import Department, Holding, Person, PersonKind, Position
from opsloop.base.search.register import searchable


def _person_text(row: Person) -> str:
    now = timezone.now()
    held = [one for one in row.holdings.all() if one.starts_at <= now and (one.ends_at is None or one.ends_at > now)]
    posts = [f"{one.position.title} {one.position.title_en} {one.department.title}" for one in held]
    return " · ".join([*posts, row.number or ""])


searchable(
    Person,
    text=_person_text,
    url=Person.get_absolute_url,
    only=Q(erased_at__isnull=True) & ~Q(kind=PersonKind.ROBOT),
    prefetch=("holdings__position", "holdings__department"),
    via={Holding: "person_id"},
)
searchable(Department, text=lambda row: row.code, url=Department.get_absolute_url)
searchable(
    Position,
    text=lambda row: f"{row.title_en} {row.code}",
    url=Position.get_absolute_url,
    only=Q(withdrawn_at__isnull=True),
)
