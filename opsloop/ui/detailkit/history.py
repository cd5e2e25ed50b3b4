"""What was done with a thing: the ledger's entries about it, as sentences for one reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Model, Q

from opsloop.base.acts.changes import Change, changes
from opsloop.base.acts.sentences import sentences
from opsloop.base.ledger.models import Entry, EntryObject
from opsloop.base.people.models import Person

SHOWN = 20
MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class Told:
    """One entry for a reader: its number in the ledger, when it was recorded, and its sentence."""

    number: int
    at: datetime
    text: str
    changes: tuple[Change, ...] = ()


def about(obj: Model) -> Q:
    """Entries whose object this is, or that changed it on the way."""
    label = obj._meta.label_lower
    nested = EntryObject.objects.filter(object_type=label, object_id=obj.pk).values("entry_id")
    return Q(object_type=label, object_id=obj.pk) | Q(id__in=nested)


def told_of(obj: Model, reader: Person, limit: int = SHOWN) -> list[Told]:
    """The newest entries about `obj`; one more than `limit` where there are more."""
    return told(list(Entry.objects.filter(about(obj)).order_by("-id")[: limit + 1]), reader)


def told(entries: list[Entry], reader: Person, *, whole: bool = False) -> list[Told]:
    """Entries as sentences, with a number of queries that does not grow. whole: with what each changed."""
    texts = sentences(entries, reader)
    return [
        Told(one.pk, moment(one.at), text, tuple(changes(one, reader)) if whole else ())
        for one, text in zip(entries, texts, strict=True)
    ]


def moment(micro: int) -> datetime:
    """The ledger keeps microseconds UTC."""
    return datetime.fromtimestamp(micro / MICRO, UTC)
