"""A person's inbox, and the marks they leave in it (technical: reading is no act)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Model, QuerySet
from django.utils import timezone

from opsloop.base.inbox.models import Notice
from opsloop.base.people.models import Person

KEEP = timedelta(days=365)


def unread_count(person: Person) -> int:
    """By an index of unread lines only."""
    return Notice.objects.filter(person=person, read_at__isnull=True).count()


def notices(person: Person, *, unread: bool = False, kind: str | None = None) -> QuerySet[Notice]:
    """The person's lines, newest first."""
    rows = Notice.objects.filter(person=person).select_related("behalf").order_by("-at", "-id")
    if unread:
        rows = rows.filter(read_at__isnull=True)
    return rows.filter(kind=kind) if kind else rows


def mark_read(person: Person, ids: Iterable[int] | None = None) -> int:
    """Mark these lines of the person read, all without `ids`; no mail goes out about them any more."""
    rows = Notice.objects.filter(person=person, read_at__isnull=True)
    if ids is not None:
        rows = rows.filter(pk__in=list(ids))
    return rows.update(read_at=timezone.now(), mail_at=None)


def mark_read_about(person: Person, obj: Model) -> int:
    """Who opens a thing's page has read what the inbox says of it. One cheap query where there is nothing."""
    rows = Notice.objects.filter(person=person, object_type=obj._meta.label_lower, object_id=obj.pk)
    return rows.filter(read_at__isnull=True).update(read_at=timezone.now(), mail_at=None)


def clean() -> int:
    """Drop read lines of more than a year ago."""
    return Notice.objects.filter(read_at__lt=timezone.now() - KEEP).delete()[0]
