"""The row that a kind's compile writes for each published file, so that apps below the playbook can read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self, TypeVar

from django.db import connection, models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.fields import plain
from opsloop.base.kinds.loading import typed
from opsloop.base.kinds.registry import Change, kinds
from opsloop.base.kinds.translated import Translated
from opsloop.base.things.models import Thing

C = TypeVar("C", bound="Compiled")


class Compiled(Translated, Thing):
    """One file of a kind as it is in force: version `number`, its hash and its values as JSON, and their translations.

    A concrete model says in `kind` which kind it keeps and inherits this Meta.
    """

    kind: ClassVar[str]
    ident = models.SlugField(_("Id"), max_length=60, unique=True)
    number = models.PositiveIntegerField(_("Version"))
    sha256 = models.CharField(_("Content hash"), max_length=64)
    title = models.CharField(_("Title"), max_length=200)
    definition = models.JSONField(_("Definition"), default=dict)
    withdrawn = models.BooleanField(_("Out of force"), default=False)

    class Meta(Thing.Meta):
        abstract = True
        ordering = ["ident"]

    def __str__(self) -> str:
        return self.name

    @property
    def obj(self) -> Any:
        """The typed object, as the kind's class has it, in the reader's language."""
        return typed(kinds[self.kind].cls, self.said)

    @classmethod
    def put_words(cls, language: str, texts: Mapping[str, Mapping[str, str]]) -> None:
        """Keep what a publication translates; inside the publishing act only."""
        every: Any = cls._default_manager
        for row in every.filter(ident__in=list(texts)):
            row.words = {**row.words, language: dict(texts[row.ident])}
            row.save(update_fields=["words"])

    @classmethod
    def in_force(cls) -> dict[str, str]:
        """Id -> stamp of all in force, by id: it changes with the content and with a translation.

        Every question asks it; the ORM would take five times as long.
        """
        stamp = "sha256 || '.' || revision"
        with connection.cursor() as cursor:
            cursor.execute(f"select ident, {stamp} from {cls._meta.db_table} where not withdrawn order by 1")  # noqa: S608
            return dict(cursor.fetchall())

    @classmethod
    def put(cls, changes: Sequence[Change]) -> list[Self]:
        """Write what a publication brings; inside the publishing act only. A thing taken away stays, withdrawn."""
        every: Any = cls._default_manager
        found: QuerySet[Any] = every.filter(ident__in=[c.ident for c in changes])
        rows: dict[str, Self] = {row.ident: row for row in found}
        return [row for change in changes if (row := cls._put(rows.get(change.ident), change)) is not None]

    @classmethod
    def _put(cls, row: Self | None, change: Change) -> Self | None:
        if change.obj is None and row is None:
            return None
        row = row or cls(ident=change.ident)
        row.withdrawn = change.obj is None
        if change.obj is not None:
            row.number, row.sha256 = change.number, change.sha256
            row.title = (getattr(change.obj, "title", "") or change.ident)[:200]
            row.definition = plain(type(change.obj), change.obj)
        row.save()
        return row
