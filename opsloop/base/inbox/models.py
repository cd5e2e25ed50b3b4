"""Notices (technical: they follow from acts) and the rules by which a person wants them (business: set by an act)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Person
from opsloop.base.things.models import Thing


class When(models.TextChoices):
    NOW = "now", _("At once")
    DIGEST = "digest", _("Collected, 08:30 and 17:30")
    OFF = "off", _("Not at all")


class Where(models.TextChoices):
    INBOX = "inbox", _("Inbox")
    MAIL = "mail", _("E-mail")


class Notice(models.Model):
    """One line in a person's inbox. The same key again does not add a line: it counts and is unread once more.

    `mail_at` is when a mail with it is due; None when none is wanted or it has gone.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="notices")
    behalf = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    """The absent person whose substitute gets this copy."""
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    body = models.TextField(default="")
    link = models.CharField(max_length=300, default="")
    object_type = models.CharField(max_length=60, default="")
    object_id = models.BigIntegerField(null=True)
    key = models.CharField(max_length=160, null=True)
    count = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField(default=timezone.now)
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    mail_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [
            models.Index(fields=["person", "-at"], name="notice_list"),
            models.Index(fields=["person"], condition=Q(read_at__isnull=True), name="notice_unread"),
            models.Index(fields=["mail_at"], condition=Q(mail_at__isnull=False), name="notice_mail"),
            models.Index(fields=["object_type", "object_id"], name="notice_object"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], condition=Q(key__isnull=False), name="notice_key")
        ]


class Rule(Thing):
    """How one person wants one kind of notice; the kind `*` speaks for all kinds without a rule of their own."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("Person"))
    kind = models.CharField(_("Kind of notice"), max_length=60)
    where = models.JSONField(_("Where"), default=list)
    when = models.CharField(_("When"), max_length=10, choices=When.choices, default=When.NOW)
    quiet_from = models.CharField(
        _("Quiet from"),
        max_length=5,
        default="",
        blank=True,
        help_text=_("For example 22:00; mails wait until the end."),
    )
    quiet_to = models.CharField(_("Quiet until"), max_length=5, default="", blank=True)

    class Meta(Thing.Meta):
        verbose_name = _("notice rule")
        verbose_name_plural = _("notice rules")
        ordering = ["kind"]
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="notice_rule_once")]

    def __str__(self) -> str:
        return self.kind
