from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.compiled import Compiled


class Metric(Compiled):
    """指标: a published definition, as it is in force."""

    kind = "metric"

    class Meta(Compiled.Meta):
        verbose_name = _("metric")
        verbose_name_plural = _("metrics")

    def get_absolute_url(self) -> str:
        return f"/metrics/{self.ident}/"
