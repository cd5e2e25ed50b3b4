"""审计包: what was drawn, by whom and how, and the archive that was made of it."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from opsloop.base.files.models import Stored
from opsloop.base.people.models import Department, Person
from opsloop.base.things.models import Thing

MOST = 200
"""Cases of one sample."""


class AuditPack(Thing):
    """A sample: the same seed of the same cases draws the same ones."""

    recorded = frozenset({"file"})

    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("Drawn by"))
    made_at = models.DateTimeField(_("Drawn at"))
    sop = models.SlugField(_("SOP"), max_length=60, blank=True)
    since = models.DateField(_("Started from"))
    until = models.DateField(_("Started until"))
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Department")
    )
    size = models.PositiveSmallIntegerField(
        _("Sample size"), validators=[MinValueValidator(1), MaxValueValidator(MOST)]
    )
    seed = models.PositiveIntegerField(_("Seed"))
    reason = models.CharField(_("Reason"), max_length=2000)
    personal = models.BooleanField(_("With personal data"), default=False)
    found = models.PositiveIntegerField(_("Cases to draw from"), default=0)
    cases = models.JSONField(default=list, editable=False)
    """The keys of the cases drawn, in the order in which they were drawn."""
    file = models.ForeignKey(
        Stored, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Archive"), editable=False
    )
    ready_at = models.DateTimeField(_("Ready at"), null=True, editable=False)

    class Meta(Thing.Meta):
        verbose_name = _("audit pack")
        verbose_name_plural = _("audit packs")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"SJ-{self.pk:04d}"

    def get_absolute_url(self) -> str:
        return f"/audits/{self.pk}/"
