"""操作记录: the only audit trail. Append-only; triggers refuse update and delete."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One act. Its id is its place in the chain; times are microseconds UTC, exact on both databases.

    `body` is canonical JSON text: the hash is over these bytes. `happened` differs from `at` when the
    act was recorded later (补录).
    """

    id = models.BigIntegerField(primary_key=True)
    parent = models.BigIntegerField(null=True)
    at = models.BigIntegerField(_("Recorded at"))
    happened = models.BigIntegerField(_("Happened at"))
    by_id = models.BigIntegerField()
    behalf_id = models.BigIntegerField(null=True)
    via = models.CharField(max_length=60)
    act = models.CharField(max_length=80)
    object_type = models.CharField(max_length=60)
    object_id = models.BigIntegerField(null=True)
    key = models.CharField(max_length=80, null=True)
    body = models.TextField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        indexes = [
            models.Index(fields=["object_type", "object_id", "id"], name="entry_object"),
            models.Index(fields=["by_id", "id"], name="entry_by"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["by_id", "key"], condition=models.Q(key__isnull=False), name="entry_key")
        ]


class EntryObject(models.Model):
    """Further objects of an entry (a bulk act's, a nested change's), so that their pages show it."""

    entry_id = models.BigIntegerField()
    object_type = models.CharField(max_length=60)
    object_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["object_type", "object_id", "entry_id"], name="entry_object_once")
        ]


class Private(models.Model):
    """A personal value of an entry, whose body holds only its salted hash. Erasing deletes these rows only."""

    entry_id = models.BigIntegerField(db_index=True)
    place = models.CharField(max_length=200)
    """Where in the body: changes.people.person:7.phone.1 or args.phone."""
    object_type = models.CharField(max_length=60, default="")
    object_id = models.BigIntegerField(null=True)
    salt = models.BinaryField(max_length=16)
    text = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["object_type", "object_id"], name="private_object")]


class Head(models.Model):
    """One row: the newest entry. The same head lies in a file beside the database."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    entry_id = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)
