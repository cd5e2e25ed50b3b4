"""Which sensitivity classes a person must read to open the files at a thing."""

from __future__ import annotations

from django.db.models import Model

from opsloop.base.people.models import Person
from opsloop.base.policy.rules import reads

_said: dict[type[Model], frozenset[str]] = {}


def attachments_need(model: type[Model], *classes: str) -> None:
    """Declare in an app's policy.py what reading the files at `model` takes; no class = seeing the thing is enough.

    Without a declaration it takes every class of the model's sensitive columns.
    """
    _said[model] = frozenset(classes)


def classes_of(model: type[Model]) -> frozenset[str]:
    """The classes that files at a model belong to."""
    return _said.get(model, frozenset(getattr(model, "sensitive", {}).values()))


def reads_files_of(person: Person, model: type[Model]) -> bool:
    """Does a position of this person read all classes of files at this model?"""
    return all(reads(person, one) for one in classes_of(model))
