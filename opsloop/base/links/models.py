"""Two things tied by a kind: goal → metric, case → finding → standard. One table for the whole house."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Person
from opsloop.base.things.models import Thing


class Link(Thing):
    """`a` stands to `b` as the kind says forward, `b` to `a` as it says backward."""

    kind = models.SlugField(_("Kind"), max_length=40)
    a_type = models.CharField(max_length=60, editable=False)
    a_id = models.BigIntegerField(editable=False)
    b_type = models.CharField(max_length=60, editable=False)
    b_id = models.BigIntegerField(editable=False)
    note = models.CharField(_("Note"), max_length=500, default="", blank=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("Linked by"))
    at = models.DateTimeField(_("Linked at"))

    class Meta(Thing.Meta):
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = ["id"]
        indexes = [models.Index(fields=["b_type", "b_id", "kind"], name="link_b")]
        constraints = [
            models.UniqueConstraint(fields=["a_type", "a_id", "kind", "b_type", "b_id"], name="link_once"),
        ]

    def __str__(self) -> str:
        return f"{self.a_type}:{self.a_id} {self.kind} {self.b_type}:{self.b_id}"
