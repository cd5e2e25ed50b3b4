from __future__ import annotations

from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Note, act
from opsloop.base.acts.about import also_about, ref, resolve
from opsloop.base.links.kinds import link_kinds
from opsloop.base.links.models import Link
from opsloop.base.people.models import Person
from opsloop.base.things.errors import Invalid, Refused
from opsloop.base.things.models import Thing


@act("links.tie", _("Link two things"), done=_("{by} linked {object}"))
def tie_things(
    *,
    by: Person,
    a: Annotated[str, Arg(label=_("One thing"), max=80)],
    kind: str,
    b: Annotated[str, Arg(label=_("The other thing"), max=80)],
    note: Note = "",
) -> Link:
    """Link two things one sees, named like `risks.risk:12`. The same link again changes nothing."""
    one, other = resolve(by, a, field="a"), resolve(by, b, field="b")
    also_about(one, other)
    return bind(one, kind, other, by=by, note=note)


@act("links.untie", _("Remove a link"), done=_("{by} removed the link {object}"))
def untie_things(link: Link, *, by: Person, note: Note = "") -> None:
    """Remove a link between two things one sees. That it was there stays in the ledger."""
    also_about((link.a_type, link.a_id), (link.b_type, link.b_id))
    Link.objects.filter(pk=link.pk).delete()


def tie(a: Thing, kind: str, b: Thing, *, by: Person, note: str = "") -> Link:
    """The act `links.tie` on objects in hand."""
    return tie_things(by=by, a=ref(a), kind=kind, b=ref(b), note=note)


def bind(a: Thing, kind: str, b: Thing, *, by: Person, note: str = "") -> Link:
    """For acts of other apps: tie within them, under their permission and in their entry."""
    said = link_kinds.get(kind)
    if said is None:
        codes = ", ".join(sorted(link_kinds))
        raise Invalid({"kind": [_t("There is no such kind of link; there are {codes}.").format(codes=codes)]})
    (a_type, a_id), (b_type, b_id) = ends = [(one._meta.label_lower, one.pk) for one in (a, b)]
    if ends[0] == ends[1]:
        raise Refused(_t("A thing is not linked to itself."), field="b")
    if (said.a and a_type not in said.a) or (said.b and b_type not in said.b):
        what = {"a": a._meta.verbose_name, "kind": said.forward, "b": b._meta.verbose_name}
        raise Refused(_t("“{a} {kind} {b}” is not a link that makes sense.").format(**what), field="kind")
    if said.symmetric:
        (a_type, a_id), (b_type, b_id) = sorted(ends)
    where = {"kind": kind, "a_type": a_type, "a_id": a_id, "b_type": b_type, "b_id": b_id}
    there = Link.objects.filter(**where).first()
    if there is not None:
        return there
    made = Link(note=note[:500], person=by, at=timezone.now(), **where)
    made.save()
    return made
