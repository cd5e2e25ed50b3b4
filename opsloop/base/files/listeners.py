"""When a person's data is erased, the files at that person go with it."""

from __future__ import annotations

import functools

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from opsloop.base.files import shelf
from opsloop.base.files.models import Attachment, Stored, Upload
from opsloop.base.files.queries import unreferenced
from opsloop.base.ledger import private
from opsloop.base.people.erasing import erases
from opsloop.base.people.models import Person


@erases
def forget_files(person: Person) -> None:
    """Names and notes of the files at the person are blanked; contents that nothing else holds are destroyed.

    Plain querysets, because Thing's would write the old names into the ledger that is being cleaned.
    """
    now = timezone.now()
    here = Attachment.objects.filter(object_type=Person._meta.label_lower, object_id=person.pk)
    attachments, contents = list(here.values_list("pk", flat=True)), set(here.values_list("stored_id", flat=True))
    elsewhere = Attachment.objects.filter(stored__in=contents).exclude(pk__in=attachments)
    alone = contents - set(elsewhere.values_list("stored_id", flat=True)) - _in_columns(contents)
    QuerySet(Attachment).filter(pk__in=attachments).update(name="", note="", removed_at=now)
    QuerySet(Stored).filter(pk__in=alone).update(name="", erased_at=now)
    uploads = list(Upload.objects.filter(stored__in=alone).values_list("pk", flat=True))
    QuerySet(Upload).filter(pk__in=uploads).update(name="")
    for label, ids in (("files.attachment", attachments), ("files.stored", alone), ("files.upload", uploads)):
        for pk in ids:
            private.erase(label, pk)
    for sha256 in Stored.objects.filter(pk__in=alone).values_list("sha256", flat=True):
        transaction.on_commit(functools.partial(shelf.drop, sha256))


def _in_columns(contents: set[int]) -> set[int]:
    """Contents that a column of a business row holds, attachments left out."""
    free = unreferenced(but=Attachment).filter(pk__in=contents).values_list("pk", flat=True)
    return contents - set(free)
