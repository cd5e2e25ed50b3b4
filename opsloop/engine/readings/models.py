"""阅读确认: who has to read which version of what concerns them by when, and how their answers went."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Department, Person, Position
from opsloop.base.things.models import Thing
from opsloop.engine.readings.naming import title_of
from opsloop.playbook.models import Publication


class State(models.TextChoices):
    """Where a reading stands."""

    PLANNED = "planned", _("Waits for its week")
    OPEN = "open", _("To be read")
    DONE = "done", _("Read")
    REPLACED = "replaced", _("Replaced by a newer version")
    ENDED = "ended", _("No longer needed")


WAITING = (State.PLANNED, State.OPEN)


class Duty(Thing):
    """One person reads one version of one thing. It is planned for a week, opens in it, and ends by being confirmed."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="readings", verbose_name=_("Person"))
    position = models.ForeignKey(
        Position, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("As the holder of")
    )
    """Empty: it was asked of the person themselves, as by a step that wants it read first."""
    department = models.ForeignKey(
        Department, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Department")
    )
    kind = models.CharField(_("Kind"), max_length=40)
    ident = models.CharField(_("Id"), max_length=160)
    number = models.PositiveIntegerField(_("Version"))
    title = models.CharField(_("Document"), max_length=200)
    places = models.PositiveSmallIntegerField(_("Places changed"), default=0)
    """Fields that differ from what this person read last; 0 where they read nothing of it yet."""
    publication = models.ForeignKey(
        Publication, on_delete=models.PROTECT, related_name="+", verbose_name=_("Publication")
    )
    urgent = models.BooleanField(_("Urgent"), default=False)
    state = models.CharField(_("State"), max_length=10, choices=State.choices, default=State.PLANNED)
    given_at = models.DateTimeField(_("Given at"))
    week = models.DateField(_("Planned for the week of"))
    """The Monday of the week in which it opens."""
    opened_at = models.DateTimeField(_("Open since"), null=True)
    due_at = models.DateTimeField(_("To be read by"), null=True)
    done_at = models.DateTimeField(_("Read at"), null=True)
    ended_at = models.DateTimeField(_("Ended at"), null=True)
    tries = models.PositiveSmallIntegerField(_("Tries made"), default=0)
    more_tries = models.PositiveSmallIntegerField(_("Further tries allowed"), default=0)
    reminded = models.BooleanField(_("Reminded"), default=False)
    told_late = models.BooleanField(_("Told that it is overdue"), default=False)
    urged = models.PositiveSmallIntegerField(_("Times urged"), default=0)
    urged_at = models.DateTimeField(_("Urged at"), null=True)

    class Meta(Thing.Meta):
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        ordering = ["due_at", "week", "id"]
        indexes = [
            models.Index(fields=["person", "state", "due_at"], name="reading_person"),
            models.Index(fields=["kind", "ident", "state"], name="reading_thing"),
            models.Index(fields=["state", "due_at"], name="reading_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "ident"], condition=Q(state__in=["planned", "open"]), name="reading_one_waits"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("readings:duty", args=[self.pk])

    @property
    def name(self) -> str:
        """The document's title as the reader reads it, with the version."""
        return f"{title_of(self.kind, self.ident) or self.title} v{self.number}"

    @property
    def waits(self) -> bool:
        return self.state in WAITING

    @property
    def is_late(self) -> bool:
        return self.state == State.OPEN and self.due_at is not None and self.due_at < timezone.now()


class QuizTry(Thing):
    """One try at the questions: how many were right, and whether that was enough. The answers are kept for auditors."""

    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="quiz_tries", verbose_name=_("Reading"))
    number = models.PositiveSmallIntegerField(_("Try"))
    at = models.DateTimeField(_("At"))
    right = models.PositiveSmallIntegerField(_("Right answers"))
    asked = models.PositiveSmallIntegerField(_("Questions"))
    passed = models.BooleanField(_("Passed"))
    answers = models.JSONField(_("Answers"), default=list)
    """The option that was chosen for each question, by its place in the file."""

    class Meta(Thing.Meta):
        verbose_name = _("quiz try")
        verbose_name_plural = _("quiz tries")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["duty", "number"], name="quiz_try_once")]

    def __str__(self) -> str:
        return f"{self.number}: {self.right}/{self.asked}"
