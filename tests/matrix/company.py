"""The demo company in the test database, and one visitor for each distinct set of rights."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.test import Client, override_settings

from opsloop.base.people.models import Account, Department, Person, PersonKind, Position
from opsloop.base.testing import department, hold, make
from opsloop.config import workspace
from opsloop.demo import company
from tests.matrix.oracle import Grant, Place, grants
from tests.matrix.product import registry

STANDARD = Path(__file__).parents[2] / "playbooks/standard.zh"
LEVELS = ("own", "department", "subtree", "all")
FILE = """---
title: {title}
department: company
purpose: 只为检查权限而设。
duties: [{{do: 检查, weight: 100}}]
may: [{may}]
sees: {sees}
reads: [{reads}]
---

只为检查权限而设。
"""


@dataclass
class Visitor:
    """Somebody who tries every door. `home` is None for those who hold no position; person None: not signed in."""

    key: str
    grant: Grant
    home: Place | None
    person: Person | None
    department: Department | None = None
    client: Client = field(default_factory=Client)

    def __str__(self) -> str:
        return self.key

    @property
    def of_a_level(self) -> bool:
        """Made for the matrix to show one level of sight by itself, with every act or none."""
        return self.key.startswith("x-")


@contextmanager
def workplace(root: Path) -> Iterator[None]:
    """A demo workspace of its own, with the shipped standard and positions that show each level by itself."""
    made = workspace.make(root, demo=True, name="Matrix")
    shutil.copytree(STANDARD, made.playbook, dirs_exist_ok=True)
    for name, (may, sees, reads) in _levels().items():
        text = FILE.format(title=f"检查 {name}", may=may, sees=sees, reads=reads)
        (made.playbook / "positions" / f"{name}.md").write_text(text, encoding="utf-8")
    with override_settings(WORKSPACE=made):
        yield


def _levels() -> dict[str, tuple[str, str, str]]:
    every = ", ".join(sorted({f"{one.noun}.*" for one in registry.values()}))
    found = {f"x-{level}": (every, f"{{'*': {level}}}", "") for level in LEVELS}
    return found | {
        "x-everything": (every, "{'*': all}", "contact, identity, health, pay, appraisal, complaint"),
        "x-nothing": ("", "{'*': none}", ""),
        "x-looks": ("", "{'*': all}", ""),
    }


def seed() -> None:
    """Departments, standard and people of the demo, by the demo's own code."""
    company.seed()


def places() -> dict[str, Place]:
    """code -> place, from the rows' parents."""
    rows = {row.pk: row for row in Department.objects.all()}

    def codes(row: Department) -> tuple[str, ...]:
        return (*codes(rows[row.parent_id]), row.code) if row.parent_id else (row.code,)

    return {row.code: Place(codes(row)) for row in rows.values()}


def visitors() -> list[Visitor]:
    """One for each distinct grant of the standard, one for each level, an outsider and nobody."""
    law = grants(settings.WORKSPACE.playbook)
    where = {member.position: member for member in company.MEMBERS}
    found: dict[object, Visitor] = {}
    for code in sorted(law):
        one = law[code]
        if one.key(registry) in found:
            continue
        found[one.key(registry)] = _member(where[code], one) if code in where else _stranger(code, one)
    outsider = make(Person, name="外人", kind=PersonKind.OUTSIDER)
    people = [*found.values(), Visitor("outsider", Grant(), None, outsider), Visitor("nobody", Grant(), None, None)]
    for one in people:
        _sign_in(one)
    return people


def _member(member: company.Member, grant: Grant) -> Visitor:
    person = Person.objects.get(number=member.number)
    there = Department.objects.get(code=member.department)
    return Visitor(member.position, grant, places()[there.code], person, there)


def _stranger(code: str, grant: Grant) -> Visitor:
    there = department(code, parent=Department.objects.get(code="company"))
    person = make(Person, name=f"访客 {code}")
    hold(person, Position.objects.get(code=code), there)
    return Visitor(code, grant, places()[code], person, there)


def _sign_in(one: Visitor) -> None:
    one.client.raise_request_exception = False
    if one.person is None:
        return
    known = Account.objects.filter(person=one.person).first()
    account = known or Account.objects.create(login=f"matrix-{one.key}", person=one.person)
    one.client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
