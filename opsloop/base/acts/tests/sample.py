"""Acts over departments and people, known to the registry only while a test runs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Annotated, Any

import pytest
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Money, Note, Reason, Refused, act, attempt, registry, warn
from opsloop.base.people.models import Department, Holding, HoldingKind, Person
from opsloop.base.policy import scopes
from opsloop.base.testing import Cast, hold, position


@dataclass(frozen=True)
class Line:
    what: str
    amount: Annotated[Decimal, Arg(label=_("Amount"), min=0)]
    who: Person | None = None


def keepers(by: Person, department: Department) -> QuerySet[Person]:
    """Only who holds a post in this department."""
    return Person.objects.filter(pk__in=Holding.objects.filter(department=department).values("person_id"))


def open_only(department: Department) -> str | None:
    return "It is closed." if department.closed_at else None


def plain_acts() -> dict[str, Any]:
    """Acts that stand alone."""

    @act("test.rename", _("Rename"), done=_("{by} renamed {department} to {title}: {reason}"), tool=True)
    def rename(department: Department, *, by: Person, title: str, reason: Reason) -> Department:
        """Give a department another name. Refused for the name None."""
        if title == "None":
            raise Refused("No.", field="title")
        department.title = title
        department.save(update_fields=["title"])
        return department

    @act("test.close", _("Close"), done=_("{by} closed {department}"), when=open_only)
    def close(department: Department, *, by: Person) -> Department:
        """Close a department that is open."""
        department.closed_at = timezone.now()
        department.save()
        return department

    @act("test.found", _("Found"), done=_("{by} founded {object}"))
    def found(*, by: Person, code: str, title: str, parent: Department | None = None) -> Department:
        """Found a department."""
        row = Department(code=code, title=title, parent=parent)
        row.save()
        return row

    @act("test.calendar", _("Set calendars"), done=_("{by} gave {n} departments the calendar {calendar}"))
    def calendar(departments: list[Department], *, by: Person, calendar: str) -> int:
        """One decision over many departments."""
        for one in departments:
            one.calendar = calendar
            one.save()
        return len(departments)

    @act("test.hire", _("Hire"), done=_("{by} hired {object}"))
    def hire(*, by: Person, name: str, phone: str = "", email: str = "") -> Person:
        """Take somebody on."""
        row = Person(name=name, phone=phone, email=email)
        row.save()
        return row

    @act("test.phone", _("Change phone"), done=_("{by} set the phone of {person} to {phone}"))
    def phone(person: Person, *, by: Person, phone: str) -> Person:
        """Another phone number."""
        person.phone = phone
        person.save(update_fields=["phone"])
        return person

    return {name: fn for name, fn in locals().items() if hasattr(fn, "act")}


def more_acts() -> dict[str, Any]:
    """Acts with values of every kind and with soft rules."""

    @act(
        "test.plan", _("Plan"), done=_("{by} planned {department}: {lines}, {kind}, {keeper}, {day}, {fixed}, {money}")
    )
    def plan(
        department: Department, *, by: Person, lines: list[Line], kind: HoldingKind = HoldingKind.DUAL,
        keeper: Annotated[Person | None, Arg(label=_("Keeper"), pick=keepers)] = None,
        day: date | None = None, at: datetime | None = None, fixed: bool = False, money: Money = Decimal(0),
        tags: list[str] | None = None, note: Note = "",
    ) -> Department:  # fmt: skip
        """Values of every kind."""
        department.calendar = kind.value
        department.save()
        department.plan = (lines, kind, keeper, day, at, fixed, money, tags)  # type: ignore[attr-defined]
        return department

    @act("test.risky", _("Risky"), done=_("{by} dared {department}"))
    def risky(department: Department, *, by: Person, times: int = 1) -> Department:
        """Soft rules speak."""
        warn("far", "Far away.")
        warn("deep", "Deep down.")
        department.calendar = f"x{times}"
        department.save()
        return department

    return {name: fn for name, fn in locals().items() if hasattr(fn, "act")}


def joined_acts(rename: Any, close: Any) -> dict[str, Any]:
    """Acts that call others, and acts with writes of other kinds."""

    @act("test.both", _("Rename and close"), done=_("{by} renamed and closed {department}"))
    def both(department: Department, *, by: Person, title: str) -> Department:
        """Two acts in one operation."""
        rename(department, by=by, title=title, reason="on the way")
        return close(department, by=by)

    @act("test.sly", _("Sly"), done=_("{by} was sly"))
    def sly(department: Department, *, by: Person) -> Department:
        """Swallows the no of an inner act."""
        department.title = "sly"
        department.save()
        try:
            rename(department, by=by, title="None", reason="whatever")
        except Refused:
            department.calendar = "swallowed"
        return department

    @act("test.try_all", _("Try all"), done=_("{by} tried {n}"))
    def try_all(departments: list[Department], *, by: Person, title: str) -> int:
        """Lives with the refusals of inner acts."""
        done = 0
        for one in departments:
            _got, no = attempt(lambda one=one: rename(one, by=by, title=title, reason="one of many"))
            done += no is None
        return done

    @act("test.count", _("Count"), done=_("{by} counted {department}: {result}"))
    def count(department: Department, *, by: Person) -> int:
        """Changes by an expression and by update()."""
        Department.objects.filter(pk=department.pk).update(title=F("code"))
        return Department.objects.filter(title=F("code")).count()

    @act("test.drop", _("Drop"), done=_("{by} dropped {holding}"))
    def drop(holding: Holding, *, by: Person) -> None:
        """Delete a row."""
        holding.delete()

    return {name: fn for name, fn in locals().items() if hasattr(fn, "act")}


def _department_rows(person: Person, standing: Any, level: str) -> Q:
    return Q(path__startswith=standing.department_path) if level == "subtree" else Q(pk=standing.department_id)


def _person_rows(person: Person, standing: Any, level: str) -> Q:
    return Q(pk=person.pk)


@pytest.fixture
def sample() -> Iterator[SimpleNamespace]:
    """The acts by their names; Lin may do all, see `may`."""
    before = dict(scopes._scopes)
    known = set(registry)
    scopes.scoped(Department, noun="test", rows=_department_rows)
    scopes.scoped(Person, noun="test", rows=_person_rows)
    scopes.scoped(Holding, noun="test", department="department", owner="person")
    plain = {**plain_acts(), **more_acts()}
    yield SimpleNamespace(**{**plain, **joined_acts(plain["rename"], plain["close"])})
    for name in set(registry) - known:
        del registry[name]
    scopes._scopes.clear()
    scopes._scopes.update(before)


@pytest.fixture
def may(sample: SimpleNamespace, cast: Cast) -> Cast:
    """The cast, where Lin and the robot may do every sample act."""
    tester = position("tester", may=["test.*"], sees={"*": "all"}, reads=["contact"])
    hold(cast.lin, tester, cast.ops)
    hold(cast.robot, tester, cast.ops)
    return cast
