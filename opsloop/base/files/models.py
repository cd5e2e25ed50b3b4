"""Bytes by their hash (Stored), who brought them (Upload), and what they are attached to (Attachment)."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Person
from opsloop.base.things.models import Thing


class Stored(Thing):
    """One content, kept once. Its bytes lie in the workspace's files folder under their SHA-256."""

    ledger_private = frozenset({"name"})
    ledger_named = False

    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    size = models.BigIntegerField(_("Size"))
    mime = models.CharField(_("Kind"), max_length=100)
    name = models.CharField(_("Name"), max_length=200)
    """The name under which it first came; attachments have their own."""
    kept_at = models.DateTimeField(_("Stored at"))
    erased_at = models.DateTimeField(_("Erased at"), null=True, blank=True)

    class Meta(Thing.Meta):
        verbose_name = _("file")
        verbose_name_plural = _("files")

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> Path:
        """Where the bytes lie."""
        return path_of(self.sha256)


class Upload(Thing):
    """Who brought a content, under which name: the right to attach it somewhere."""

    ledger_private = frozenset({"name"})
    ledger_named = False

    stored = models.ForeignKey(Stored, on_delete=models.PROTECT, related_name="uploads")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("Name"), max_length=200)
    at = models.DateTimeField()

    class Meta(Thing.Meta):
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        constraints = [models.UniqueConstraint(fields=["person", "stored"], name="upload_once")]


class Attachment(Thing):
    """A file at a thing. It is visible exactly to those who see that thing."""

    ledger_private = frozenset({"name", "note"})
    ledger_named = False

    stored = models.ForeignKey(Stored, on_delete=models.PROTECT, related_name="attachments", verbose_name=_("File"))
    object_type = models.CharField(max_length=60, editable=False)
    object_id = models.BigIntegerField(editable=False)
    name = models.CharField(_("Name"), max_length=200)
    note = models.CharField(_("Note"), max_length=500, default="", blank=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("Attached by"))
    at = models.DateTimeField(_("Attached at"))
    removed_at = models.DateTimeField(_("Removed at"), null=True, blank=True)

    class Meta(Thing.Meta):
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["id"]
        indexes = [models.Index(fields=["object_type", "object_id"], name="attachment_object")]
        constraints = [
            models.UniqueConstraint(
                fields=["object_type", "object_id", "stored"],
                condition=models.Q(removed_at__isnull=True),
                name="attachment_once",
            )
        ]

    def __str__(self) -> str:
        return self.name


def path_of(sha256: str) -> Path:
    """files/ab/cd/<sha256> in the workspace."""
    root: Path = settings.WORKSPACE.files
    return root / sha256[:2] / sha256[2:4] / sha256
