from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChannelsConfig(AppConfig):
    name = "opsloop.connectors.channels"
    label = "channels"
    verbose_name = _("Group messages")
    default_auto_field = "django.db.models.BigAutoField"
