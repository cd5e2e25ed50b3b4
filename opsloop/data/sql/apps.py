from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SqlConfig(AppConfig):
    name = "opsloop.data.sql"
    label = "sql"
    verbose_name = _("SQL")
