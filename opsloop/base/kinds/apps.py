from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KindsConfig(AppConfig):
    name = "opsloop.base.kinds"
    label = "kinds"
    verbose_name = _("Playbook kinds")
    default_auto_field = "django.db.models.BigAutoField"
