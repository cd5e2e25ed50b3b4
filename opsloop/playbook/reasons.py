"""Why the standard is to change: the finding, the case or whatever else gave rise to a draft.

The draft is tied to it, and so is the publication that the draft is put forward in: both pages show each other.
Apps say in their listeners.py which file of the standard a thing of theirs is about (`stands_for`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _t

from opsloop.base.acts.about import also_about, model_of, resolve, things
from opsloop.base.kinds.registry import kinds
from opsloop.base.links.actions import bind
from opsloop.base.links.models import Link
from opsloop.base.links.queries import linked
from opsloop.base.people.models import Person
from opsloop.base.things.models import Thing
from opsloop.playbook.changes import LineRow
from opsloop.playbook.models import Draft, Publication

BECAUSE = "because"
"""The kind of link from a draft or a publication to what gave rise to it."""
DRAFT, PUBLICATION = "playbook.draft", "playbook.publication"
File = tuple[str, str]
"""(kind, id) of a file of the standard."""
_files: dict[str, Callable[[Any], File | None]] = {}


def stands_for(label: str, file: Callable[[Any], File | None]) -> None:
    """Which file of the standard things of this model are about: `stands_for("cases.case", lambda one: ...)`."""
    _files[label] = file


def file_of(thing: Thing) -> File | None:
    """The file that a thing is about, where its app says so and there is such a kind."""
    known = _files.get(thing._meta.label_lower)
    found = known(thing) if known else None
    return found if found is not None and found[0] in kinds else None


def file_named(label: str, pk: int | None) -> File | None:
    """The same for a thing that is only named; None for what is not there."""
    model = model_of(label) if pk is not None and label in _files else None
    thing = model._default_manager.filter(pk=pk).first() if model is not None else None
    return file_of(thing) if thing is not None else None


def give(draft: Draft, about: str, by: Person) -> None:
    """Inside an act: tie a draft to what it is because of. Raises Invalid or NotFound for what `by` may not see."""
    thing = resolve(by, about)
    also_about(thing)
    bind(draft, BECAUSE, thing, by=by)


def carry(publication: Publication, rows: Iterable[LineRow], by: Person) -> None:
    """Inside an act: what the drafts of these lines are because of, the publication is because of too."""
    wanted = {(row.kind, row.ident, row.sha256) for row in rows}
    mine = [one for one in Draft.objects.filter(person=by, closed_at__isnull=True)
            if (one.kind, one.ident, one.sha256) in wanted]  # fmt: skip
    links = Link.objects.filter(kind=BECAUSE, a_type=DRAFT, a_id__in=[one.pk for one in mine]).order_by("pk")
    ends = dict.fromkeys(links.values_list("b_type", "b_id"))
    found = things(ends, lambda model: model._default_manager.all())
    for thing in (found[end] for end in ends if end in found):
        also_about(thing)
        bind(publication, BECAUSE, thing, by=by)


def let_go(drafts: Iterable[Draft]) -> None:
    """Inside an act: a draft that is over is nobody's reason; what was published of it says it."""
    Link.objects.filter(kind=BECAUSE, a_type=DRAFT, a_id__in=[one.pk for one in drafts]).delete()


def reasons(things: Sequence[Draft | Publication], person: Person) -> list[Thing]:
    """What they are because of, as far as the person may see it; each once."""
    found = (one.other for thing in things for one in linked(thing, person) if one.other not in things)
    return list({(one._meta.label_lower, one.pk): one for one in found}.values())


@dataclass(frozen=True, slots=True)
class Led:
    """What a thing gave rise to: a draft, or a publication with its state."""

    title: str
    url: str
    state: str
    tone: str


TONES = {"proposed": "orange", "approved": "blue", "published": "green"}


def led_to(thing: Thing, person: Person) -> list[Led]:
    """Drafts and publications that came of a thing, oldest first; by whatever kind of link."""
    out: dict[str, Led] = {}
    for one in linked(thing, person):
        match one.other:
            case Draft() as draft if draft.closed_at is None:
                title = _t("Draft of {what}").format(what=draft)
                out[f"d{draft.pk}"] = Led(title, draft.get_absolute_url(), _t("Draft"), "secondary")
            case Publication() as made:
                tone = TONES.get(made.state, "secondary")
                out[f"p{made.pk}"] = Led(f"{made} {made.reason}", made.get_absolute_url(),
                                         made.get_state_display(), tone)  # fmt: skip
    return list(out.values())


def published_of(label: str, publication: Publication) -> list[int]:
    """Ids of the things of one model that a publication is because of."""
    rows = Link.objects.filter(kind=BECAUSE, a_type=PUBLICATION, a_id=publication.pk, b_type=label)
    return list(rows.values_list("b_id", flat=True))
