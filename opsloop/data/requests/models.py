"""A request for figures, and who may receive them."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from opsloop.base.people.models import Department, Person
from opsloop.base.things.models import Thing


class State(models.TextChoices):
    """Where a request stands."""

    OPEN = "open", _("Open")
    ACCEPTED = "accepted", _("In work")
    DELIVERED = "delivered", _("Delivered")
    CLOSED = "closed", pgettext_lazy("request", "Closed")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


RUNNING = (State.OPEN, State.ACCEPTED)


class Sort(models.TextChoices):
    """Figures of the day, or work that is planned."""

    FIGURES = "figures", _("Figures")
    ANALYSIS = "analysis", _("Analysis")


class Request(Thing):
    """取数需求. `personal`: single customers or staff can be told in it; then a second person must agree first."""

    title = models.CharField(_("Title"), max_length=120)
    sort = models.CharField(_("Sort"), max_length=10, choices=Sort.choices, default=Sort.FIGURES)
    purpose = models.TextField(_("What it is for"), max_length=1000)
    content = models.TextField(_("What is wanted"), max_length=4000)
    wanted_on = models.DateField(_("Wanted by"))
    promised_on = models.DateField(_("Promised for"), null=True)
    personal = models.BooleanField(_("With personal data"), default=False)
    state = models.CharField(_("State"), max_length=10, choices=State.choices, default=State.OPEN)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("Asked by"))
    asked_at = models.DateTimeField(_("Asked at"))
    department = models.ForeignKey(
        Department, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Department")
    )
    agreed_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Agreed by")
    )
    owner = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Who works on it")
    )
    delivered_at = models.DateTimeField(_("Delivered at"), null=True)
    meaning = models.TextField(_("How the figures are meant"), max_length=2000, blank=True)
    link = models.CharField(_("Where it can be seen"), max_length=300, blank=True)
    reason = models.TextField(_("Reason"), max_length=2000, blank=True)
    delete_on = models.DateField(_("Files deleted on"), null=True)
    """The promise of the delivery; always there for personal data."""
    deleted_at = models.DateTimeField(_("Files deleted at"), null=True)

    class Meta(Thing.Meta):
        verbose_name = _("data request")
        verbose_name_plural = _("data requests")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "wanted_on"], name="request_state"),
            models.Index(fields=["delete_on"], name="request_delete_on", condition=models.Q(deleted_at=None)),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/requests/{self.pk}/"

    @property
    def due_on(self) -> date:
        """The day that was promised, else the day that is wanted."""
        return self.promised_on or self.wanted_on

    @property
    def is_late(self) -> bool:
        return self.state in RUNNING and self.due_on < timezone.localdate()


class Receiver(Thing):
    """Somebody besides the asker who may receive what is delivered."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="receivers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta(Thing.Meta):
        verbose_name = _("receiver")
        verbose_name_plural = _("receivers")
        constraints = [models.UniqueConstraint(fields=["request", "person"], name="receiver_once")]

    def __str__(self) -> str:
        return str(self.person)
