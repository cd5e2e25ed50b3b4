"""What was done with a thing: the ledger's entries about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Model, Q

from opsloop.base.acts import registry
from opsloop.base.ledger.models import Entry, EntryObject
from opsloop.base.people.models import Person
from opsloop.base.things.errors import Text

SHOWN = 20
MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class Told:
    """One entry for a reader. `late` is set when it was recorded after it happened."""

    number: int
    at: datetime
    who: str
    behalf: str
    what: Text
    late: datetime | None


def about(obj: Model) -> Q:
    """Entries whose object this is, or that changed it on the way."""
    label = obj._meta.label_lower
    nested = EntryObject.objects.filter(object_type=label, object_id=obj.pk).values("entry_id")
    return Q(object_type=label, object_id=obj.pk) | Q(id__in=nested)


def told_of(obj: Model, limit: int = SHOWN) -> list[Told]:
    """The newest entries about `obj`; one more than `limit` where there are more."""
    return told(list(Entry.objects.filter(about(obj)).order_by("-id")[: limit + 1]))


def told(entries: list[Entry]) -> list[Told]:
    """Entries with the names of those who acted, in one query for all."""
    ids = {one.by_id for one in entries} | {one.behalf_id for one in entries if one.behalf_id}
    names = dict(Person.objects.filter(pk__in=ids).values_list("pk", "name"))
    return [_told(one, names) for one in entries]


def _told(entry: Entry, names: dict[int, str]) -> Told:
    act = registry.get(entry.act)
    return Told(
        entry.pk,
        moment(entry.at),
        names.get(entry.by_id, "?"),
        names.get(entry.behalf_id or 0, ""),
        act.label if act is not None else entry.act,
        moment(entry.happened) if entry.happened != entry.at else None,
    )


def moment(micro: int) -> datetime:
    """The ledger keeps microseconds UTC."""
    return datetime.fromtimestamp(micro / MICRO, UTC)
