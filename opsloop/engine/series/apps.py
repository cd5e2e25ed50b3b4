from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SeriesConfig(AppConfig):
    name = "opsloop.engine.series"
    label = "series"
    verbose_name = _("Recurring cases")
