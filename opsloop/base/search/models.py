"""The index (technical: it follows the ledger and can be made anew at any time)."""

from __future__ import annotations

from django.db import models


class Document(models.Model):
    """One indexed row or text; its number grows with each change, so the newest comes first.

    Its words lie beside it, never the text: in `search_words` (FTS5) on SQLite, in the column `words` (tsvector) on
    PostgreSQL; both are made by the migration.
    """

    object_type = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    title_key = models.CharField(max_length=40, db_index=True)
    """Hash of the squeezed title: who types a whole title finds it first."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["object_type", "object_id"], name="search_document_once")]


class Page(models.Model):
    """A searchable text that is no row: a page of the standard, a help page. `sees` is the noun that it takes."""

    noun = models.CharField(max_length=60)
    code = models.CharField(max_length=160)
    title = models.CharField(max_length=300)
    text = models.TextField()
    url = models.CharField(max_length=300)
    sees = models.CharField(max_length=60, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["noun", "code"], name="search_page_once")]


class Mark(models.Model):
    """One row: up to which ledger entry the index has followed."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    entry_id = models.BigIntegerField(default=0)
