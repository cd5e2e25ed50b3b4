"""The words that files, rows and pages of monitors share."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Every(models.TextChoices):
    """Which periods are judged, each when it is over."""

    HOUR = "hour", pgettext_lazy("period", "Hour")
    DAY = "day", pgettext_lazy("period", "Day")
    WEEK = "week", pgettext_lazy("period", "Week")


class Method(models.TextChoices):
    """How a monitor knows what is unusual without being given a limit."""

    USUAL = "usual-for-weekday", _("Unusual for the weekday")


class Sides(models.TextChoices):
    """On which side of the usual something is wrong."""

    BOTH = "both", _("On either side")
    DOWN = "down", _("Only below")
    UP = "up", _("Only above")


class Ignored(models.TextChoices):
    """Days that are not judged."""

    HOLIDAYS = "public-holidays", _("Public holidays")
    CAMPAIGNS = "campaign-days", _("Campaign days")
    CLOSED = "closed-days", _("Closed days")


class Severity(models.TextChoices):
    """How far out it is."""

    WARN = "warn", _("Warning")
    CRITICAL = "critical", _("Critical")


class State(models.TextChoices):
    """Where an alert stands; `transitions` says how it goes on."""

    OPEN = "open", pgettext_lazy("alert", "Open")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    SILENCED = "silenced", _("Silenced")
    CLOSED = "closed", pgettext_lazy("alert", "Closed")


class Sort(models.TextChoices):
    """What sort of thing an alert or a reading is about."""

    USUAL = "usual", _("Against the usual")
    LIMIT = "limit", _("Fixed limit")
    TARGET = "target", _("Off target")
    TREND = "trend", _("Trend toward a limit")
    LATE = "late", _("Missing or late data")
    BLIND = "blind", _("The monitor cannot run")


class Cause(models.TextChoices):
    """Why it happened, as found out by whoever closes the alert."""

    BUSINESS = "business", _("Real change in business")
    SUPPLY = "supply", _("Out of stock or supply")
    PRICE = "price", _("Price or promotion")
    CALENDAR = "calendar", _("Holiday, weather or event")
    PROCESS = "process", _("Fault in how work is done")
    DATA = "data", _("Wrong or late data")
    FALSE = "false", _("False alarm")
    UNKNOWN = "unknown", _("Not found out")
    OTHER = "other", _("Other cause")


class Verdict(models.TextChoices):
    """What the newest judgement of a monitor was."""

    FINE = "fine", _("As usual")
    WARN = "warn", _("Warning")
    CRITICAL = "critical", _("Critical")
    IGNORED = "ignored", _("Not judged")
    CANNOT = "cannot", _("Cannot be judged")
