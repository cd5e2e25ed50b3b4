"""Nothing deletes behind an act's back."""

from __future__ import annotations

from django.apps import apps
from django.db import models


def our_models() -> list[type[models.Model]]:
    return [one for one in apps.get_models() if one.__module__.startswith("opsloop.")]


def test_no_row_is_deleted_by_another() -> None:
    loose = [
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        for field in model._meta.concrete_fields
        if field.remote_field is not None and getattr(field.remote_field, "on_delete", None) is not models.PROTECT
    ]
    assert loose == [], "on_delete=PROTECT; nothing goes past an act"


def test_no_many_to_many_writes_by_itself() -> None:
    hidden = [
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        for field in model._meta.local_many_to_many
        if field.remote_field.through._meta.auto_created
    ]
    assert hidden == [], "name the table in between: through="
