from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from opsloop.base.kinds.compiled import Compiled
from opsloop.base.things.models import Thing


class TargetGrain(models.TextChoices):
    """Periods that can have a target."""

    DAY = "day", pgettext_lazy("period", "Day")
    WEEK = "week", pgettext_lazy("period", "Week")
    MONTH = "month", pgettext_lazy("period", "Month")
    QUARTER = "quarter", pgettext_lazy("period", "Quarter")
    YEAR = "year", pgettext_lazy("period", "Year")


class Metric(Compiled):
    """指标: a published definition, as it is in force."""

    kind = "metric"

    class Meta(Compiled.Meta):
        verbose_name = _("metric")
        verbose_name_plural = _("metrics")

    def get_absolute_url(self) -> str:
        return f"/metrics/{self.ident}/"


class Target(Thing):
    """What one period of a metric should reach; it goes before the usual target of the metric's file."""

    metric = models.SlugField(_("Metric"), max_length=60)
    grain = models.CharField(_("Period"), max_length=8, choices=TargetGrain.choices)
    first_day = models.DateField(_("First day"))
    value = models.DecimalField(_("Target"), max_digits=20, decimal_places=6)

    class Meta(Thing.Meta):
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["-first_day", "metric"]
        constraints = [models.UniqueConstraint(fields=["metric", "grain", "first_day"], name="target_once")]

    def __str__(self) -> str:
        return f"{self.metric} {self.first_day}"


class PastTotal(Thing):
    """去年汇总数: a month's value from before the data begins, typed in or pasted, so that 同比 is possible."""

    metric = models.SlugField(_("Metric"), max_length=60)
    month = models.DateField(_("Month"))
    value = models.DecimalField(_("Value"), max_digits=20, decimal_places=6)

    class Meta(Thing.Meta):
        verbose_name = _("past total")
        verbose_name_plural = _("past totals")
        ordering = ["-month", "metric"]
        constraints = [models.UniqueConstraint(fields=["metric", "month"], name="past_total_once")]

    def __str__(self) -> str:
        return f"{self.metric} {self.month:%Y-%m}"
