"""What is published and has to be read: each document with its newest version and the positions it concerns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.utils import timezone

from opsloop.base.kinds.readers import Quiz, readers
from opsloop.base.kinds.registry import kinds
from opsloop.playbook import diff, queries
from opsloop.playbook.models import Line, Version

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Document:
    """The newest version of a thing that people read, in force or coming. needed: the newest version that was no small
    change; who has read that or a later one has read it. 0: nobody has to.
    """

    kind: str
    ident: str
    title: str
    number: int
    needed: int
    urgent: bool
    publication_id: int
    positions: frozenset[str]

    @property
    def key(self) -> Key:
        return self.kind, self.ident


@dataclass(frozen=True, slots=True)
class Shelf:
    """Every document, and what is asked of all readers: working days to read, and how many may come in a week."""

    documents: Mapping[Key, Document]
    within: int
    a_week: int


def shelf() -> Shelf:
    """As of what was published last. Kept per process until something is published."""
    newest = Version.objects.order_by("-pk").values_list("pk", "sha256", "publication__published_at").first()
    return _shelf(newest, timezone.localdate(), tuple(readers))


@lru_cache(maxsize=4)
def _shelf(newest: object, day: object, _kinds: tuple[str, ...]) -> Shelf:
    """The day is a key because another version may come into force by it; so are the kinds, which tests change."""
    title = next((one for _ident, one in queries.published().all("playbook")), None)
    rows: dict[Key, list[Version]] = {}
    found = Version.objects.filter(kind__in=set(readers) & set(kinds)).select_related("publication")
    for one in found.order_by("kind", "ident", "number"):
        rows.setdefault((one.kind, one.ident), []).append(one)
    small = set(Line.objects.exclude(small="").values_list("publication_id", "kind", "ident"))
    documents = {key: made for key, many in rows.items() if (made := _document(many, small)) is not None}
    return Shelf(documents, title.read_within if title else 5, title.readings_a_week if title else 3)


def _document(versions: list[Version], small: set[tuple[int, str, str]]) -> Document | None:
    last = versions[-1]
    if last.withdrawn:
        return None
    item = queries.published().item(last.kind, last.ident)
    if item is None or queries.version_at(last.kind, last.ident) != last:
        item = queries.item_of(last)
    if item.obj is None:
        return None
    needed = max((one for one in versions if _counts(one, small)), key=lambda one: one.number, default=None)
    return Document(
        last.kind, last.ident, item.title, last.number, needed.number if needed else 0,
        bool(needed and needed.publication.urgent), (needed or last).publication_id,
        frozenset(readers[last.kind].concerns(last.ident, item.obj)),
    )  # fmt: skip


def _counts(version: Version, small: set[tuple[int, str, str]]) -> bool:
    """Has this version to be read anew? A withdrawal has not, nor has a small change."""
    line = (version.publication_id, version.kind, version.ident)
    return not version.withdrawn and not version.publication.small and line not in small


def needed_at(kind: str, ident: str, number: int) -> int:
    """Which version one must have read to know that version: the newest up to it that was no small change."""
    lines = Line.objects.filter(kind=kind, ident=ident).exclude(small="")
    small = set(lines.values_list("publication_id", "kind", "ident"))
    found = Version.objects.filter(kind=kind, ident=ident, number__lte=number).select_related("publication")
    return max((one.number for one in found if _counts(one, small)), default=0)


def places(kind: str, ident: str, old: int, new: int) -> int:
    """How many fields differ between two versions; 0 where one of them is not there."""
    found = {v.number: v for v in Version.objects.filter(kind=kind, ident=ident, number__in=[old, new])}
    if old not in found or new not in found:
        return 0
    return len(diff.fields(kinds[kind], found[old].data, found[new].data))


def quiz_of(kind: str, ident: str, number: int) -> Quiz | None:
    """The quiz that a version brings; one without questions is none."""
    asks = readers[kind].quiz if kind in readers else None
    version = Version.objects.filter(kind=kind, ident=ident, number=number).first()
    if asks is None or version is None or version.withdrawn:
        return None
    item = queries.item_of(version)
    found = asks(item.obj) if item.obj is not None else None
    return found if found is not None and found.questions else None
