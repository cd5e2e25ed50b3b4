"""The words of dashboards and questions: as they stand in files, in addresses and on pages."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Grain(models.TextChoices):
    """统计周期: over which period one value is taken."""

    DAY = "day", pgettext_lazy("period", "Day")
    WEEK = "week", pgettext_lazy("period", "Week")
    MONTH = "month", pgettext_lazy("period", "Month")
    QUARTER = "quarter", pgettext_lazy("period", "Quarter")
    YEAR = "year", pgettext_lazy("period", "Year")


class Shows(models.TextChoices):
    """How a tile or a question is drawn."""

    VALUE = "value", pgettext_lazy("drawing", "Value")
    LINE = "line", pgettext_lazy("drawing", "Line")
    BAR = "bar", pgettext_lazy("drawing", "Bars")
    TABLE = "table", pgettext_lazy("drawing", "Table")


class Compare(models.TextChoices):
    """What a value is held against."""

    PREVIOUS = "previous", _("Period before")
    YEAR = "year", _("Same period last year")
    TARGET = "target", _("Target")
    USUAL = "usual", _("Mean of the 12 periods before")
