from __future__ import annotations

import functools
from datetime import datetime
from typing import Annotated

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Note, Reason, act
from opsloop.base.acts.about import also_about, resolve
from opsloop.base.files import shelf
from opsloop.base.files.models import Attachment, Stored, Upload, path_of
from opsloop.base.files.queries import unreferenced
from opsloop.base.people.models import Person
from opsloop.base.things.errors import Refused, Text
from opsloop.base.things.models import Thing

NO_DOOR: frozenset[str] = frozenset()


@act("files.keep", _("Keep a file"), done=_("{by} uploaded {object}"), doors=NO_DOOR)
def keep_file(*, by: Person, sha256: str, size: int, mime: str, name: str) -> Stored:
    """Note a content that lies on the shelf. Called by `store` only: no door may name a hash it does not hold."""
    now = timezone.now()
    stored = Stored.objects.filter(sha256=sha256).first()
    if stored is None:
        stored = Stored(sha256=sha256, size=size, mime=mime, name=name, kept_at=now)
        stored.save()
    elif stored.erased_at is not None:
        stored.erased_at = None
        stored.save(update_fields=["erased_at"])
    upload = Upload.objects.filter(stored=stored, person=by).first() or Upload(stored=stored, person=by)
    upload.name, upload.at = name, now
    upload.save()
    return stored


@act("files.attach", _("Attach a file"), done=_("{by} attached {object}"))
def attach_file(
    *,
    by: Person,
    stored: Stored,
    about: Annotated[str, Arg(label=_("What it belongs to"), max=80)],
    name: str = "",
    note: Note = "",
) -> Attachment:
    """Put an uploaded file at a thing one sees. The same file at the same thing again changes nothing."""
    thing = resolve(by, about)
    also_about(thing)
    return put_file(thing, stored, by=by, name=name, note=note)


def put_file(thing: Thing, stored: Stored, *, by: Person, name: str = "", note: str = "") -> Attachment:
    """For acts that take a file: attach it within them, under their permission. `thing` must be one `by` sees."""
    if stored.erased_at is not None:
        raise Refused(_t("This file was erased. Upload it again."), field="stored")
    where = {"object_type": thing._meta.label_lower, "object_id": thing.pk}
    there = Attachment.objects.filter(stored=stored, removed_at__isnull=True, **where).first()
    if there is not None:
        return there
    brought = Upload.objects.filter(stored=stored, person=by).first()
    called = name or (brought.name if brought else stored.name)
    made = Attachment(stored=stored, name=called[:200], note=note[:500], person=by, at=timezone.now(), **where)
    made.save()
    return made


def _is_there(attachment: Attachment) -> Text | None:
    return _("It was removed already.") if attachment.removed_at else None


@act("files.remove", _("Remove a file"), done=_("{by} removed {object}: {reason}"), when=_is_there)
def remove_file(attachment: Attachment, *, by: Person, reason: Reason) -> Attachment:
    """Take a file off a thing. It is marked, not destroyed: the ledger still names it."""
    take_off(attachment)
    return attachment


def take_off(attachment: Attachment) -> None:
    """For acts that put a file somewhere: take it off again within them, under their permission."""
    attachment.removed_at = timezone.now()
    attachment.save(update_fields=["removed_at"])
    also_about((attachment.object_type, attachment.object_id))


def destroy_files(thing: Thing) -> int:
    """For acts whose time has come: the files at a thing go, and each content that nothing else holds is destroyed.

    What was done stays in the ledger. Answers how many files went.
    """
    now = timezone.now()
    here = Attachment.objects.filter(object_type=thing._meta.label_lower, object_id=thing.pk, removed_at=None)
    gone = list(here.select_related("stored"))
    for attachment in gone:
        attachment.removed_at = now
        attachment.save(update_fields=["removed_at"])
    contents = {one.stored_id for one in gone}
    held = Attachment.objects.filter(stored__in=contents, removed_at=None).values_list("stored_id", flat=True)
    alone = unreferenced(but=Attachment).filter(pk__in=contents - set(held), erased_at=None)
    for stored in alone:
        stored.erased_at = now
        stored.save(update_fields=["erased_at"])
        transaction.on_commit(functools.partial(shelf.drop, stored.sha256))
    return len(gone)


@act("files.erase", _("Erase a file for good"), done=_("{by} erased a file: {reason}"))
def erase_file(attachment: Attachment, *, by: Person, reason: Reason) -> Attachment:
    """Destroy the content wherever it is attached, as the law may demand. What was done stays in the ledger."""
    stored = Stored.objects.get(pk=attachment.stored_id)
    if stored.erased_at is not None:
        raise Refused(_t("It was erased already."))
    stored.erased_at = timezone.now()
    stored.save(update_fields=["erased_at"])
    also_about((attachment.object_type, attachment.object_id))
    transaction.on_commit(functools.partial(shelf.drop, stored.sha256))
    return attachment


@act(
    "files.sweep",
    _("Sweep files that nothing uses"),
    done=_("{by} swept away uploads that nothing used"),
    doors=NO_DOOR,
)
def sweep_files(*, by: Person, before: datetime) -> int:
    """Forget uploads from before a moment that no row uses, at most 1000. Called by the nightly job under its lock."""
    unused = list(unreferenced().filter(kept_at__lt=before).values_list("pk", "sha256")[:1000])
    ids = [pk for pk, _hash in unused]
    Upload.objects.filter(stored__in=ids).delete()
    Stored.objects.filter(pk__in=ids).delete()
    for _pk, sha256 in unused:
        transaction.on_commit(functools.partial(path_of(sha256).unlink, missing_ok=True))
    return len(ids)
