"""Set-up for tests: one cast of people, rows without acts, and the ledger opened for tampering."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import Model

from opsloop.base.people.models import Department, Holding, Person, PersonKind, Position
from opsloop.base.policy.models import Mandate
from opsloop.base.things.frame import Call, Line, Op, current_op

M = TypeVar("M", bound=Model)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@contextmanager
def given() -> Iterator[None]:
    """Test set-up may write without an act; no entry is kept."""
    nobody = Person(name="set-up")
    op = Op(Call(by=nobody), lines=[Line("test.given", nobody, None, {})], stack=[0])
    token = current_op.set(op)
    try:
        with transaction.atomic():
            yield
    finally:
        current_op.reset(token)


def make(model: type[M], **values: Any) -> M:
    """One saved row, without an act."""
    with given():
        row = model(**values)
        row.save()
    return row


def department(code: str, title: str = "", parent: Department | None = None) -> Department:
    """A saved department with its path."""
    with given():
        row = Department(code=code, title=title or code, parent=parent)
        row.save()
        row.path = f"{parent.path if parent else '/'}{row.pk}/"
        row.save()
    return row


def position(code: str, **rights: Any) -> Position:
    """A position with a mandate; rights are may, sees, reads, limits."""
    row = make(Position, code=code, title=code)
    make(Mandate, position=row, from_day=date(2020, 1, 1), version="test", **rights)
    return row


def hold(person: Person, post: Position, where: Department, **values: Any) -> Holding:
    """Give a person a position since 2020."""
    return make(Holding, person=person, position=post, department=where, **{"starts_at": LONG_AGO, **values})


def person(name: str, post: Position | None = None, where: Department | None = None, **values: Any) -> Person:
    """A person, holding a position when one is given."""
    row = make(Person, name=name, **values)
    if post is not None and where is not None:
        hold(row, post, where)
    return row


@dataclass
class Cast:
    """Lin (manager) and Chen (specialist) in operations below the company; Wu (analyst) in data; Zhao (outsider)."""

    company: Department
    ops: Department
    data: Department
    manager: Position
    specialist: Position
    analyst: Position
    lin: Person
    chen: Person
    wu: Person
    zhao: Person
    robot: Person


def cast() -> Cast:
    """The one cast of all tests: Lin may do everything in the company, Chen a little in operations, Wu reads all."""
    company = department("company")
    ops, data = department("operations", parent=company), department("data", parent=company)
    may = _everything()
    rights: dict[str, dict[str, Any]] = {
        "operations-manager": {"may": may, "sees": {"*": "all"}, "reads": ["contact"]},
        "operations-specialist": {"may": [], "sees": {"*": "department"}},
        "data-analyst": {"may": [], "sees": {"*": "all"}},
        "machine": {"may": may, "sees": {"*": "all"}},
    }
    with given():  # a row each for thousands of tests would take four times as long
        posts = _rows(Position(code=code, title=code) for code in rights)
        manager, specialist, analyst, machine = posts
        dated: dict[str, Any] = {"from_day": date(2020, 1, 1), "version": "test"}
        _rows(Mandate(position=post, **dated, **rights[post.code]) for post in posts)
        kinds = {"Zhao": PersonKind.OUTSIDER, "Robot": PersonKind.ROBOT}
        names = ("Lin", "Chen", "Wu", "Zhao", "Robot")
        lin, chen, wu, zhao, robot = _rows(Person(name=name, kind=kinds.get(name, PersonKind.STAFF)) for name in names)
        held = ((lin, manager, ops), (chen, specialist, ops), (wu, analyst, data), (robot, machine, company))
        _rows(Holding(person=who, position=post, department=at, starts_at=LONG_AGO) for who, post, at in held)
    return Cast(company, ops, data, manager, specialist, analyst, lin, chen, wu, zhao, robot)


def _rows(rows: Iterable[M]) -> list[M]:
    """These rows saved with one statement."""
    found = list(rows)
    for row in found:
        row.revision = 1  # type: ignore[attr-defined]  # as the first save of one row leaves it
    return type(found[0])._default_manager.bulk_create(found)


def _everything() -> list[str]:
    from opsloop.base.acts import registry

    return sorted({f"{one.noun}.*" for one in registry.values()})


@contextmanager
def ledger_open() -> Iterator[None]:
    """Drop the append-only triggers for a test that tampers or flushes, and put them back."""
    from importlib import import_module

    triggers = import_module("opsloop.base.ledger.migrations.0002_append_only")
    sqlite = connection.vendor == "sqlite"
    _execute(triggers.DROP_SQLITE if sqlite else triggers.DROP_POSTGRESQL)
    try:
        yield
    finally:
        _execute(triggers.SQLITE if sqlite else triggers.POSTGRESQL)


def _execute(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def own_rows(name: str, since: datetime | None = None) -> list[dict[str, Any]]:
    """What an own table gives, each row held to the table's columns and key."""
    from opsloop.base.tables import PYTHON, Span, own_tables

    table = own_tables[name]
    rows = [dict(zip(table.names, row, strict=True)) for row in table.rows(Span(since, datetime.now(UTC)))]
    for row in rows:
        for column in table.columns:
            value = row[column.name]
            assert value is not None or not column.required, (name, column.name)
            assert value is None or type(value) is PYTHON[column.type], (name, column.name, value)
            assert not isinstance(value, datetime) or value.tzinfo is not None, (name, column.name)
    keys = [tuple(row[one] for one in table.key) for row in rows]
    assert len(set(keys)) == len(keys), f"{name}: the key tells rows apart"
    return rows
