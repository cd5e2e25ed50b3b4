"""Erasing a person reaches the index at once; all else follows the ledger in the worker (jobs.py)."""

from __future__ import annotations

from opsloop.base.people.erasing import erases
from opsloop.base.people.models import Person
from opsloop.base.search import people as _people  # noqa: F401
from opsloop.base.search import store


@erases
def forget_words(person: Person) -> None:
    """Erasing a person leaves no trace of the name in the ledger, so the index would not notice by itself."""
    store.drop(Person._meta.label_lower, [person.pk])
