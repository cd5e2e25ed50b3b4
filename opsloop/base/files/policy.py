"""Files borrow the permission of what they are attached to; an upload not yet attached is its bringer's."""

from __future__ import annotations

from django.db.models import Q

from opsloop.base.files.classes import reads_files_of
from opsloop.base.files.models import Attachment, Stored, Upload
from opsloop.base.people.models import Person
from opsloop.base.policy.borrowed import reachable
from opsloop.base.policy.scopes import scoped


def attached(person: Person, one: Attachment | None = None) -> Q:
    """Attachments at things the person sees, if their classes are read too, or they are about or by the person."""
    open_ = reachable(
        person,
        "object_type",
        "object_id",
        only=lambda model: _is(one, model._meta.label_lower) and reads_files_of(person, model),
    )
    mine = Q(person=person) | Q(object_type=Person._meta.label_lower, object_id=person.pk)
    seen = reachable(person, "object_type", "object_id", only=lambda model: _is(one, model._meta.label_lower))
    return open_ | (mine & seen)


def _is(one: Attachment | None, label: str) -> bool:
    return one is None or one.object_type == label


def brought(person: Person, one: Stored | None = None) -> Q:
    """Contents that this person uploaded: knowing a number or a hash gives no right to attach somebody's file."""
    return Q(pk__in=Upload.objects.filter(person=person).values("stored_id"))


scoped(Attachment, noun="files", through=attached)
scoped(Stored, noun="files", through=brought)
