"""Positions in the reader's language, by the codes that definitions and rows keep; and what a person holds first."""

from __future__ import annotations

from opsloop.base.people.models import Department, Holding, Person, Position


def titles(*, in_force: bool = False) -> dict[str, str]:
    """code -> name of every position; in_force: only of those that were not withdrawn."""
    rows = Position.objects.filter(withdrawn_at=None) if in_force else Position.objects.all()
    return {row.code: row.name for row in rows}


def titles_as_written() -> dict[str, str]:
    """code -> title in the language of the standard, of every position in force."""
    return dict(Position.objects.filter(withdrawn_at=None).values_list("code", "title"))


def title_of(code: str) -> str:
    """One position's name, else its code."""
    found = Position.objects.filter(code=code).first()
    return found.name if found is not None else code


def first_held(person: Person) -> Holding | None:
    """What this person holds now, of several the first that was given."""
    held: Holding | None = (
        Holding.objects.at().filter(person=person).select_related("position", "department").order_by("pk").first()
    )
    return held


def department_of(person: Person) -> Department | None:
    """Where the person works, by what they hold first."""
    held = first_held(person)
    return held.department if held is not None else None
