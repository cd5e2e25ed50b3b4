"""An import is for whoever brought the file, and for the robot that works for them: nobody else has seen it yet."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import scoped
from opsloop.base.policy.standing import lender
from opsloop.data.imports.models import Import


def _imports(person: Person, _one: Any) -> Q:
    return Q(person=lender(person) or person)


scoped(Import, through=_imports)
