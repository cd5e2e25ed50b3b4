"""Uploads of a form on their way into the file store, before the act that takes them."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile

from opsloop.base.files.keep import store
from opsloop.base.files.models import Stored
from opsloop.base.people.models import Person
from opsloop.base.things.errors import Refused


def keep(upload: UploadedFile[Any], by: Person, field: str | None = None) -> Stored:
    """The stored file. Raises Refused (size, kind, damage) naming the form's field, and Forbidden."""
    try:
        return store(upload, by)
    except Refused as error:
        raise Refused(error.text, field=field) from None
