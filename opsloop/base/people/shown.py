"""What the API shows of people: the organisation, and persons with their contacts masked."""

from opsloop.base.acts.doors.shown import shown
from opsloop.base.people.models import Absence, Department, Holding, Person, Position

shown(
    Person,
    fields=("name", "number", "kind", "email", "phone", "language", "joined_on", "left_on"),
    filters=("name", "name__contains", "number", "kind", "left_on__isnull"),
    order=("name",),
)
shown(
    Department,
    at="people/departments",
    fields=("code", "title", "parent", "calendar", "closed_at"),
    filters=("code", "parent", "closed_at__isnull"),
    order=("path",),
)
shown(
    Position,
    at="people/positions",
    fields=("code", "title", "title_en", "department", "reports_to", "headcount", "withdrawn_at"),
    filters=("code", "department", "withdrawn_at__isnull"),
    order=("code",),
)
shown(
    Holding,
    at="people/holdings",
    fields=("person", "position", "department", "kind", "starts_at", "ends_at"),
    filters=("person", "position", "department", "kind", "starts_at__lte", "ends_at__gte", "ends_at__isnull"),
    order=("starts_at",),
)
shown(
    Absence,
    at="people/absences",
    fields=("person", "substitute", "starts_at", "ends_at"),
    filters=("person", "substitute", "starts_at__lte", "ends_at__gte"),
    order=("-starts_at",),
)
