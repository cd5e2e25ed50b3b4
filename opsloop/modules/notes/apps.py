from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotesConfig(AppConfig):
    name = "opsloop.modules.notes"
    label = "notes"
    verbose_name = _("Morning note")
    default_auto_field = "django.db.models.BigAutoField"
