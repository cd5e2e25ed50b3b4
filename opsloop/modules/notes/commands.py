"""Behind `opsloop note`."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _t

from opsloop.base.people.models import Person
from opsloop.base.things.errors import NotFound
from opsloop.modules.notes.models import Note
from opsloop.modules.notes.writing import written


def told(name: str, by: Person) -> tuple[str, dict[str, Any]]:
    """The note of this id, or the only one, as text and as JSON. Raises NotFound naming those that there are."""
    rows = list(Note.objects.filter(withdrawn=False).order_by("ident"))
    found = [row for row in rows if row.ident == name] if name else rows[:1]
    if not found:
        there = ", ".join(row.ident for row in rows) or "-"
        raise NotFound(_t("There is no morning note {name}; there are: {there}").format(name=name, there=there))
    made = written(found[0].obj, by)
    return made.text, made.plain()
