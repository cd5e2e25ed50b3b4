from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlaybookConfig(AppConfig):
    name = "opsloop.playbook"
    label = "playbook"
    verbose_name = _("Operating standard")
    default_auto_field = "django.db.models.BigAutoField"
