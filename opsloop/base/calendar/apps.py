from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CalendarConfig(AppConfig):
    name = "opsloop.base.calendar"
    label = "calendar"
    verbose_name = _("Working calendars")
    default_auto_field = "django.db.models.BigAutoField"
