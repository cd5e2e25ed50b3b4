from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExploreConfig(AppConfig):
    name = "opsloop.data.explore"
    label = "explore"
    verbose_name = _("Explore")
    default_auto_field = "django.db.models.BigAutoField"
