"""Staff, what they hold and where, for numbers over the company's own work."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from opsloop.base.ledger.queries import changed_in
from opsloop.base.people.models import Department, Holding, Person, Position
from opsloop.base.tables import CHUNK, Row, Span, TableColumn, own_table

PEOPLE = (
    TableColumn("id", "integer", _("Person"), required=True),
    TableColumn("name", "text", _("Full name"), personal="identity"),
    TableColumn("number", "text", _("Staff number"), personal="identity"),
    TableColumn("kind", "text", _("Kind"), required=True),
    TableColumn("email", "text", _("E-mail"), personal="contact"),
    TableColumn("phone", "text", _("Phone"), personal="contact"),
    TableColumn("language", "text", _("Language")),
    TableColumn("joined_on", "date", _("Joined on")),
    TableColumn("left_on", "date", _("Left on")),
    TableColumn("erased", "boolean", _("Erased"), required=True),
)
HOLDINGS = (
    TableColumn("id", "integer", _("No."), required=True),
    TableColumn("person_id", "integer", _("Person"), required=True),
    TableColumn("position", "text", _("Position"), required=True),
    TableColumn("department", "text", _("Department"), required=True),
    TableColumn("kind", "text", _("Kind"), required=True),
    TableColumn("starts_at", "datetime", _("From"), required=True),
    TableColumn("ends_at", "datetime", _("Until")),
)
DEPARTMENTS = (
    TableColumn("code", "text", _("Code"), required=True),
    TableColumn("title", "text", _("Name"), required=True),
    TableColumn("part_of", "text", _("Part of")),
    TableColumn("closed_at", "datetime", _("Closed at")),
)
POSITIONS = (
    TableColumn("code", "text", _("Code"), required=True),
    TableColumn("title", "text", _("Name"), required=True),
    TableColumn("department", "text", _("Department")),
    TableColumn("reports_to", "text", _("Reports to")),
    TableColumn("headcount", "integer", _("Headcount"), required=True),
    TableColumn("withdrawn_at", "datetime", _("Withdrawn at")),
)


@own_table("people", title=_("People"), columns=PEOPLE, key=("id",))
def people(span: Span) -> Iterator[Row]:
    """Everybody who works or worked here, robots too. Of erased people only the number is left."""
    fields = ("id", "name", "number", "kind", "email", "phone", "language", "joined_on", "left_on", "erased_at")
    for *values, erased_at in changed_in(Person, span.since).values_list(*fields).iterator(CHUNK):
        yield *values, erased_at is not None


@own_table("holdings", title=_("Holdings"), columns=HOLDINGS, key=("id",))
def holdings(span: Span) -> Iterator[Row]:
    """Who holds which position in which department, from when to when."""
    fields = ("id", "person_id", "position__code", "department__code", "kind", "starts_at", "ends_at")
    yield from changed_in(Holding, span.since).values_list(*fields).iterator(CHUNK)


@own_table("departments", title=_("Departments"), columns=DEPARTMENTS, key=("code",))
def departments(span: Span) -> Iterator[Row]:
    """The tree of departments."""
    rows = changed_in(Department, span.since)
    yield from rows.values_list("code", "title", "parent__code", "closed_at").iterator(CHUNK)


@own_table("positions", title=_("Positions"), columns=POSITIONS, key=("code",))
def positions(span: Span) -> Iterator[Row]:
    """The positions of the standard."""
    rows = changed_in(Position, span.since).annotate(above=F("reports_to__code"), where=F("department__code"))
    yield from rows.values_list("code", "title", "where", "above", "headcount", "withdrawn_at").iterator(CHUNK)
