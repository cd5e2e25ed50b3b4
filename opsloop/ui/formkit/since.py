"""What was recorded on an object since a form was opened."""

from __future__ import annotations

from typing import Any

from django.db.models import Max

from opsloop.base.ledger.models import Entry

SHOWN = 5


def newest() -> int | None:
    """The ledger's newest entry: what comes after it, the form's reader has not seen."""
    found: int | None = Entry.objects.aggregate(newest=Max("id"))["newest"]
    return found


def entries(subject: Any, seen: int | None) -> list[Entry]:
    """The newest entries about this object after `seen`."""
    about = Entry.objects.filter(object_type=subject._meta.label_lower, object_id=subject.pk, id__gt=seen or 0)
    return list(about.order_by("-id")[:SHOWN])
