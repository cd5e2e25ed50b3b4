"""What a thing is linked to, as a person may see it, in a number of queries that does not grow with the links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, Model, OuterRef, Q

from opsloop.base.acts.about import things
from opsloop.base.links.kinds import link_kinds
from opsloop.base.links.models import Link
from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import visible
from opsloop.base.things.models import Thing

MOST = 500
"""Links shown at one page's things; a thing with more is a list of its own."""


@dataclass(frozen=True, slots=True)
class Linked:
    """One link as seen from one end. `label` is the kind's word in that direction."""

    link: Link
    forward: bool
    other: Thing

    @property
    def label(self) -> str:
        kind = link_kinds.get(self.link.kind)
        return str((kind.forward if self.forward else kind.backward) if kind else self.link.kind)


def linked(obj: Thing, person: Person, kind: str | None = None) -> list[Linked]:
    """What `obj` is linked to, both directions, as far as `person` sees it; oldest first."""
    return linked_all([obj], person, kind).get(obj.pk, [])


def linked_all(objs: Sequence[Thing], person: Person, kind: str | None = None) -> dict[int, list[Linked]]:
    """The same for the rows of one page, all of one model: id -> links. One query, and one more per model met."""
    if not objs:
        return {}
    label, ids = objs[0]._meta.label_lower, {one.pk for one in objs}
    rows = Link.objects.filter(Q(a_type=label, a_id__in=ids) | Q(b_type=label, b_id__in=ids))
    found = list((rows.filter(kind=kind) if kind else rows).order_by("id")[:MOST])
    seen = _seen(person, [end for row in found for end in ((row.a_type, row.a_id), (row.b_type, row.b_id))])
    out: dict[int, list[Linked]] = defaultdict(list)
    for row in found:
        a, b = seen.get((row.a_type, row.a_id)), seen.get((row.b_type, row.b_id))
        if a is None or b is None:
            continue
        if row.a_type == label and row.a_id in ids:
            out[row.a_id].append(Linked(row, True, b))
        if row.b_type == label and row.b_id in ids:
            out[row.b_id].append(Linked(row, False, a))
    return dict(out)


def _seen(person: Person, ends: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Thing]:
    return things(ends, lambda model: visible(person, model))


def has_link(kind: str, model: type[Model], *, backward: bool = False, to: type[Model] | None = None) -> Exists:
    """For querysets of `model`: is the row tied by this kind? `~has_link(...)` finds the loops left open.

    backward: the row stands at the b end. to: only links to this model.
    """
    near, far = ("b", "a") if backward else ("a", "b")
    rows = Link.objects.filter(kind=kind, **{f"{near}_type": model._meta.label_lower, f"{near}_id": OuterRef("pk")})
    return Exists(rows.filter(**{f"{far}_type": to._meta.label_lower}) if to else rows)
