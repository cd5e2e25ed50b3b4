"""Which files a person may see and open."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, ForeignKey, Model, OuterRef, QuerySet
from django.db.models.fields.reverse_related import ForeignObjectRel

from opsloop.base.files.models import Attachment, Stored, Upload
from opsloop.base.files.policy import attached
from opsloop.base.people.models import Person
from opsloop.base.policy.rules import reads
from opsloop.base.policy.scopes import visible


def visible_attachments(person: Person, obj: Model) -> QuerySet[Attachment]:
    """The files at one thing that `person` may open, with their contents; none when the thing is not for them."""
    probe = Attachment(object_type=obj._meta.label_lower, object_id=obj.pk)
    rows = Attachment.objects.filter(
        object_type=probe.object_type, object_id=obj.pk, removed_at__isnull=True, stored__erased_at__isnull=True
    )
    return rows.filter(attached(person, probe)).select_related("stored", "person")


def may_read(person: Person, attachment: Attachment) -> bool:
    """May this person open this file? A removed or erased one nobody may."""
    if attachment.removed_at is not None or attachment.stored.erased_at is not None:
        return False
    return Attachment.objects.filter(attached(person, attachment), pk=attachment.pk).exists()


def may_read_stored(person: Person, stored: Stored) -> bool:
    """May this person open a content: they brought it, or a row that holds it is theirs to see?

    A column of class `sensitive` that holds it takes the class as well; a `recorded` one does not open it here.
    """
    if stored.erased_at is not None:
        return False
    if Upload.objects.filter(stored=stored, person=person).exists():
        return True
    columns = [one for one in _columns() if one.name not in getattr(one.model, "recorded", ())]
    return any(_held(person, stored, column) for column in columns)


def _held(person: Person, stored: Stored, column: ForeignKey[Any, Any]) -> bool:
    sensitivity = getattr(column.model, "sensitive", {}).get(column.name)
    if sensitivity and not reads(person, sensitivity):
        return False
    rows = visible(person, column.model).filter(**{column.name: stored})
    return (rows.filter(removed_at__isnull=True) if column.model is Attachment else rows).exists()


def _columns() -> list[ForeignKey[Any, Any]]:
    """Every column of the house that points at a content, uploads left out."""
    pointing = [one for one in Stored._meta.get_fields(include_hidden=True) if isinstance(one, ForeignObjectRel)]
    columns = [one.field for one in pointing if isinstance(one.field, ForeignKey)]
    return [column for column in columns if column.model is not Upload]


def unreferenced(*, but: type[Model] | None = None) -> QuerySet[Stored]:
    """Contents that no row uses: uploaded, but the act that was to take them never came. `but`: rows not counted."""
    rows = Stored.objects.all()
    for column in (one for one in _columns() if one.model is not but):
        rows = rows.filter(~Exists(column.model._base_manager.filter(**{column.name: OuterRef("pk")})))
    return rows
