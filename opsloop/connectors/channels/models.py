"""Channels (business), and what delivery needs (technical): sealed addresses, lines that wait, the gate of each."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Person
from opsloop.base.things.models import Thing
from opsloop.connectors.channels.words import LineState, Style


class Sealed(models.Model):
    """Technique: a webhook address and its signing secret, encrypted with a key that lies in var/secrets.

    It belongs to who pasted it until a channel takes it; what nobody takes is swept after a day.
    """

    text = models.TextField()
    service = models.CharField(max_length=20)
    tail = models.CharField(max_length=4)
    app_tail = models.CharField(max_length=4, blank=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("sealed address")
        verbose_name_plural = _("sealed addresses")


class Channel(Thing):
    """A group's bot or a list of mail addresses. `code` is how playbook files name it, `tail` the address's ending.

    digest_at: what is not grave waits for this time of day. What is said while it is paused is not kept for it.
    """

    sensitive = {"receivers": "contact"}
    ledger_private = frozenset({"receivers"})

    name = models.CharField(_("Name"), max_length=60)
    code = models.SlugField(_("Name in the standard"), max_length=40, unique=True)
    service = models.CharField(_("Service"), max_length=20)
    sealed_id = models.BigIntegerField(null=True, unique=True, editable=False)
    """No foreign key: removing the channel destroys the address, and the channel stays."""
    tail = models.CharField(_("Address ends with"), max_length=4, blank=True)
    app_tail = models.CharField(_("App for pictures ends with"), max_length=4, blank=True)
    receivers = models.TextField(_("Mail addresses"), blank=True)
    style = models.CharField(_("Looks"), max_length=10, choices=Style, default=Style.CARD)
    keyword = models.CharField(_("Keyword"), max_length=30, blank=True)
    kinds = models.JSONField(_("What it takes"), default=list)
    grave_only = models.BooleanField(_("Alerts only if critical"), default=False)
    owners = models.JSONField(_("Only of these positions"), default=list)
    digest_at = models.CharField(_("Collected at"), max_length=5, blank=True)
    quiet_from = models.CharField(_("Quiet from"), max_length=5, blank=True)
    quiet_to = models.CharField(_("Quiet until"), max_length=5, blank=True)
    workdays = models.BooleanField(_("Working days only"), default=False)
    paused = models.BooleanField(_("Paused"), default=False)
    removed_at = models.DateTimeField(_("Removed at"), null=True)

    class Meta(Thing.Meta):
        verbose_name = _("message channel")
        verbose_name_plural = _("message channels")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/channels/{self.pk}/"

    @property
    def addresses(self) -> tuple[str, ...]:
        """The mail addresses, one a line."""
        return tuple(line.strip() for line in self.receivers.splitlines() if line.strip())


class Gate(models.Model):
    """Technique: how fast a channel may speak now, and what its service said last."""

    channel = models.OneToOneField(Channel, on_delete=models.PROTECT, related_name="gate", primary_key=True)
    tokens = models.FloatField(default=0)
    filled_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=10, blank=True)
    said = models.CharField(max_length=300, blank=True)
    said_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    picture_problem = models.CharField(max_length=10, blank=True)
    picture_said = models.CharField(max_length=300, blank=True)
    """Why the last picture stayed behind its words; empty when it went along."""


class Line(models.Model):
    """Technique: one thing on its way to one channel. `unsure`: an attempt began whose end nobody knows."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="lines")
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    link = models.CharField(max_length=300, blank=True)
    picture = models.BigIntegerField(null=True)
    """The id of a stored file."""
    grave = models.BooleanField(default=False)
    state = models.CharField(_("State"), max_length=8, choices=LineState, default=LineState.WAITING)
    made_at = models.DateTimeField(_("Said at"))
    due_at = models.DateTimeField()
    until = models.DateTimeField()
    sent_at = models.DateTimeField(_("Sent at"), null=True)
    taken_by = models.CharField(max_length=200, blank=True)
    taken_until = models.DateTimeField(null=True)
    unsure = models.BooleanField(default=False)
    twice = models.BooleanField(default=False)
    """It was sent, and perhaps once before."""

    class Meta:
        verbose_name = _("group message")
        verbose_name_plural = _("group messages")
        constraints = [models.UniqueConstraint(fields=["channel", "key"], name="channel_line_once")]
        indexes = [models.Index(fields=["channel", "due_at"], name="channel_line_waits", condition=Q(state="waiting"))]
