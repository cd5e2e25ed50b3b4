"""What is published: versions in force, the book they make, and who last changed what."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from django.db.models import F, QuerySet
from django.utils import timezone

from opsloop.base.kinds.registry import Binding, kinds
from opsloop.base.people.models import Person
from opsloop.base.policy.rules import can
from opsloop.playbook.book import Playbook
from opsloop.playbook.models import Draft, Line, Publication, State, Version
from opsloop.playbook.reader.files import Item, read_text
from opsloop.playbook.store import texts_of

Key = tuple[str, str]


def latest() -> dict[Key, Version]:
    """(kind, id) -> its newest version, in force or not yet, withdrawals included."""
    return {(v.kind, v.ident): v for v in Version.objects.order_by("number")}


def in_force(day: date | None = None) -> dict[Key, Version]:
    """(kind, id) -> the version that holds on the day, by default today, in the company's zone; none withdrawn."""
    rows = Version.objects.filter(effective_from__lte=day or timezone.localdate()).order_by("effective_from", "number")
    newest = {(v.kind, v.ident): v for v in rows}
    return {key: v for key, v in newest.items() if not v.withdrawn}


def book_of(versions: Iterable[Version]) -> Playbook:
    """These versions as one book; kinds that are no longer installed are passed over."""
    kept = [v for v in versions if v.kind in kinds and not v.withdrawn]
    texts = texts_of(v.sha256 for v in kept)
    items = {(v.kind, v.ident): read_text(kinds[v.kind], v.ident, v.path, texts[v.sha256]) for v in kept}
    return Playbook(items)


def published(day: date | None = None) -> Playbook:
    """The book in force on a day, by default today. Kept per process until something is published."""
    newest = Version.objects.order_by("-pk").values_list("pk", "sha256", "publication__published_at").first()
    return _published(newest, day or timezone.localdate())


@lru_cache(maxsize=8)
def _published(newest: tuple[object, ...] | None, day: date) -> Playbook:
    return book_of(in_force(day).values())


def version_at(kind: str, ident: str, day: date | None = None) -> Version | None:
    """What holds on the day for a thing, by its kind's binding; None when nothing does."""
    rows = Version.objects.filter(kind=kind, ident=ident, effective_from__lte=day or timezone.localdate())
    found = rows.order_by("-effective_from", "-number").first()
    return found if found is not None and not found.withdrawn else None


def history(kind: str, ident: str) -> list[Version]:
    """All versions of a thing, newest first."""
    return list(
        Version.objects.filter(kind=kind, ident=ident).select_related("publication__proposed_by").order_by("-number")
    )


def item_of(version: Version) -> Item:
    """A version as read."""
    return read_text(kinds[version.kind], version.ident, version.path, version.text)


def small_lines(kind: str, ident: str) -> dict[int, str]:
    """Id of a publication -> why its line of this thing is a small change."""
    rows = Line.objects.filter(kind=kind, ident=ident).exclude(small="")
    return dict(rows.values_list("publication_id", "small"))


def open_drafts(person: Person) -> list[Draft]:
    """What a person has written and not yet published."""
    return list(Draft.objects.filter(person=person, closed_at__isnull=True).order_by("kind", "ident"))


def is_effective_dated(kind: str) -> bool:
    return kind in kinds and kinds[kind].binding is Binding.EFFECTIVE


def newest_version(kind: str, ident: str) -> Version | None:
    """The newest version of a thing, in force or not yet, a withdrawal included."""
    found: Version | None = (
        Version.objects.filter(kind=kind, ident=ident).select_related("publication").order_by("-number").first()
    )
    return found


def newest_publication() -> Publication | None:
    """What was published last."""
    return Publication.objects.filter(state=State.PUBLISHED).order_by("-published_at").first()


def coming(kind: str = "", ident: str = "") -> list[Version]:
    """Versions that are published and not in force yet, in the order of their days; of one thing where it is named."""
    rows = Version.objects.filter(effective_from__gt=timezone.localdate())
    rows = rows.filter(kind=kind, ident=ident) if kind else rows
    return list(rows.select_related("publication__proposed_by").order_by("effective_from", "kind", "ident", "number"))


def days_before_all(day: date) -> list[date]:
    """This day and those after it on which versions begin, as long as others still wait; none where nothing does."""
    later = Version.objects.filter(effective_from__gt=day).order_by("effective_from")
    return [day, *later.values_list("effective_from", flat=True).distinct()][:-1]


def begun(day: date) -> QuerySet[Publication]:
    """Published for a later day, which has come and for which nothing was done yet; in the order of their days."""
    later = Publication.objects.filter(state=State.PUBLISHED, effective_from__gt=F("published_at__date"))
    return later.filter(enacted_at=None, effective_from__lte=day).order_by("effective_from", "number")


def standing(day: date, keys: Iterable[Key]) -> dict[Key, Version]:
    """What each of these is on the day, withdrawals included; without those that begin later."""
    wanted = set(keys)
    rows = Version.objects.filter(effective_from__lte=day, ident__in={ident for _kind, ident in wanted})
    ordered = rows.order_by("effective_from", "number")
    return {(v.kind, v.ident): v for v in ordered if (v.kind, v.ident) in wanted}


def to_review() -> list[Publication]:
    """Published as urgent, and no second person has looked at it yet."""
    rows = Publication.objects.filter(urgent=True, state=State.PUBLISHED, decided_by=None, reviewed_at=None)
    return list(rows.select_related("proposed_by").order_by("number"))


def undecided(kind: str, ident: str) -> list[Line]:
    """What is put forward for one file and is not published, rejected or withdrawn yet."""
    rows = Line.objects.filter(kind=kind, ident=ident, publication__state__in=(State.PROPOSED, State.APPROVED))
    return list(rows.select_related("publication__proposed_by").order_by("publication__number"))


def waiting(person: Person) -> int:
    """How many proposals this person could decide: others' that change rights."""
    if not can(person, "playbook.approve"):
        return 0
    rows = Publication.objects.filter(state=State.PROPOSED).exclude(rights_of=[])
    return rows.exclude(proposed_by=person).count()
