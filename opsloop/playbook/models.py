"""Versions, publications and drafts. Texts lie once, by their hash; the ledger's entries hold these hashes."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Person
from opsloop.base.things.models import Thing
from opsloop.playbook.places import editor_of


class Sealed(RuntimeError):
    """A row that may never change was changed."""


class SealedQuerySet(models.QuerySet[Any]):
    def update(self, **values: Any) -> NoReturn:
        raise Sealed(f"{self.model.__name__} rows never change")

    def delete(self) -> NoReturn:
        raise Sealed(f"{self.model.__name__} rows are never deleted")


class Content(models.Model):
    """A file's text under its SHA-256. Technical: says nothing until a draft, a publication or a version names it."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    text = models.TextField()

    objects = SealedQuerySet.as_manager()

    class Meta:
        default_permissions = ()


class State(models.TextChoices):
    """Where a publication stands."""

    PROPOSED = "proposed", _("Proposed")
    APPROVED = "approved", _("Approved")
    PUBLISHED = "published", _("Published")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Publication(Thing):
    """What is to come into force together, why, and who said yes. Its lines never change once it is proposed."""

    number = models.PositiveIntegerField(_("Number"), unique=True)
    reason = models.CharField(_("Reason"), max_length=2000)
    state = models.CharField(_("State"), max_length=10, choices=State.choices, default=State.PROPOSED)
    small = models.BooleanField(_("Small change"), default=False, help_text=_("Nobody needs to read it anew."))
    urgent = models.BooleanField(
        _("Urgent"),
        default=False,
        help_text=_("Holds at once, is read within a working day, and is reviewed afterwards."),
    )
    effective_from = models.DateField(_("In force from"), help_text=_("The first day on which it holds."))
    proposed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="proposals", verbose_name=_("Proposed by")
    )
    decided_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions", verbose_name=_("Decided by")
    )
    decision = models.CharField(_("Decision"), max_length=2000, default="", blank=True)
    rights_of = models.JSONField(_("Changes the rights of"), default=list)
    """Ids of the positions whose may, sees, reads or limits it changes: then a second person must approve it."""
    published_at = models.DateTimeField(_("Published at"), null=True, blank=True)
    enacted_at = models.DateTimeField(_("Brought into force at"), null=True, blank=True)
    """When what holds from a later day was brought into force; empty before that, and for what held at once."""
    reviewed_by = models.ForeignKey(
        Person,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("Reviewed afterwards by"),
    )
    reviewed_at = models.DateTimeField(_("Reviewed afterwards at"), null=True, blank=True)
    review = models.CharField(_("Review"), max_length=2000, default="", blank=True)
    """What the second person said of an urgent publication afterwards."""

    class Meta(Thing.Meta):
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"#{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("playbook:publication", args=[self.number])

    @property
    def waits_for_review(self) -> bool:
        """Was it published as urgent, before any second person had looked at it?"""
        return self.urgent and self.state == State.PUBLISHED and not (self.decided_by_id or self.reviewed_at)


class Line(Thing):
    """One thing that a publication brings; an empty hash takes it away. `base` is the version it was made from."""

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="lines")
    kind = models.CharField(_("Kind"), max_length=40)
    ident = models.CharField(_("Id"), max_length=160)
    sha256 = models.CharField(_("Content hash"), max_length=64, default="", blank=True)
    base = models.PositiveIntegerField(_("Made from version"), default=0)
    small = models.CharField(_("Why it is a small change"), max_length=200, default="", blank=True)
    """小改: with a reason nobody needs to read this line anew."""

    class Meta(Thing.Meta):
        verbose_name = _("publication line")
        verbose_name_plural = _("publication lines")
        ordering = ["kind", "ident"]
        constraints = [models.UniqueConstraint(fields=["publication", "kind", "ident"], name="line_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.ident}"


class Draft(Thing):
    """Somebody's unpublished text of one file. Closed when it is published or given up."""

    kind = models.CharField(_("Kind"), max_length=40)
    ident = models.CharField(_("Id"), max_length=160)
    sha256 = models.CharField(_("Content hash"), max_length=64)
    base = models.PositiveIntegerField(_("Made from version"), default=0)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="drafts", verbose_name=_("Written by"))
    saved_at = models.DateTimeField(_("Saved at"))
    closed_at = models.DateTimeField(_("Closed at"), null=True, blank=True)

    class Meta(Thing.Meta):
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering = ["-saved_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "ident"], condition=Q(closed_at__isnull=True), name="draft_one_open"
            )
        ]

    def __str__(self) -> str:
        """As the newest version is titled in the language of the standard; what was never published by kind and id."""
        newest = Version.objects.filter(kind=self.kind, ident=self.ident).order_by("-number").first()
        title = newest.data.get("title") if newest is not None else None
        return str(title) if title else f"{self.kind} {self.ident}"

    def get_absolute_url(self) -> str:
        return editor_of(self.kind, self.ident) or reverse("playbook:edit", args=[self.kind, self.ident])


class Version(models.Model):
    """What one file said from a day on. Sealed: written once by a publication, whose ledger entry holds the hash.

    A version with an empty hash says that the thing is withdrawn.
    """

    kind = models.CharField(_("Kind"), max_length=40)
    ident = models.CharField(_("Id"), max_length=160)
    number = models.PositiveIntegerField(_("Version"))
    path = models.CharField(_("File"), max_length=250)
    sha256 = models.CharField(_("Content hash"), max_length=64, blank=True)
    data = models.JSONField(default=dict)
    """The values as plain JSON, keyed as in the file; empty for a withdrawal."""
    effective_from = models.DateField(_("In force from"))
    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="versions")

    objects: ClassVar[Any] = SealedQuerySet.as_manager()

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["kind", "ident", "number"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["kind", "ident", "number"], name="version_once")]
        indexes = [models.Index(fields=["kind", "ident", "effective_from"], name="version_in_force")]

    def __str__(self) -> str:
        return f"{self.kind} {self.ident} v{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Sealed("a version never changes; publish another")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise Sealed("a version is never deleted; publish its withdrawal")

    @property
    def withdrawn(self) -> bool:
        return not self.sha256

    @property
    def text(self) -> str:
        """The file as it was written; empty for a withdrawal."""
        if not self.sha256:
            return ""
        return str(Content.objects.values_list("text", flat=True).get(pk=self.sha256))
