"""The words that rows, acts and pages of findings share."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

_METRIC, _SPOT = _("By a metric"), _("By a check on the spot")
_HELPED, _SAME = _("It helped"), _("No clear difference")
_WORSE, _UNCLEAR = _("It became worse"), _("Cannot be told")


class State(models.TextChoices):
    """Where a finding stands in its circle."""

    NEW = "new", pgettext_lazy("finding", "To be triaged")
    ACCEPTED = "accepted", pgettext_lazy("finding", "To be decided")
    DOING = "doing", pgettext_lazy("finding", "In hand")
    DONE = "done", pgettext_lazy("finding", "To be verified")
    VERIFIED = "verified", pgettext_lazy("finding", "Verified")
    CLOSED = "closed", pgettext_lazy("finding", "Not pursued")
    MERGED = "merged", pgettext_lazy("finding", "Merged")


class Origin(models.TextChoices):
    """Who or what saw it. Others (mining, audit, survey) come with their parts of the product."""

    ALERT = "alert", _("Alert")
    ADVICE = "advice", _("Advice of a report")
    SUGGESTION = "suggestion", _("Suggestion")
    CASE = "case", _("Case")


class Ground(models.TextChoices):
    """Why nothing is done about it."""

    UNFOUNDED = "unfounded", _("Not so when looked at")
    ONCE = "once", _("Happened once, not expected again")
    SMALL = "small", _("Costs more than it brings")
    KNOWN = "known", _("Is being dealt with elsewhere")
    OTHER = "other", _("Another reason")


class Way(models.TextChoices):
    """How it will be known whether it helped."""

    METRIC = "metric", _METRIC
    SPOT = "spot", _SPOT
    WAIVED = "waived", _("Not verified, with a reason")


class Plan(models.TextChoices):
    """The ways that a decision chooses from; to waive verification is an act of its own."""

    METRIC = Way.METRIC.value, _METRIC
    SPOT = Way.SPOT.value, _SPOT


class Side(models.TextChoices):
    """Where the metric should go."""

    UP = "up", _("Should rise")
    DOWN = "down", _("Should fall")


class Outcome(models.TextChoices):
    """What verification found, as a person confirmed it."""

    EFFECTIVE = "effective", _HELPED
    NO_DIFFERENCE = "no-difference", _SAME
    WORSE = "worse", _WORSE
    UNCLEAR = "unclear", _UNCLEAR
    WAIVED = "waived", _("Not verified")


class Found(models.TextChoices):
    """The outcomes that a person who verifies chooses from."""

    EFFECTIVE = Outcome.EFFECTIVE.value, _HELPED
    NO_DIFFERENCE = Outcome.NO_DIFFERENCE.value, _SAME
    WORSE = Outcome.WORSE.value, _WORSE
    UNCLEAR = Outcome.UNCLEAR.value, _UNCLEAR


class Verdict(models.TextChoices):
    """What the figures say, in words; the interval stands behind it."""

    UP = "up", _("Clearly higher")
    DOWN = "down", _("Clearly lower")
    SAME = "same", _SAME
    FEW = "few", _("Too little data")
