from django.utils.translation import gettext_lazy as _

from opsloop.base.registry import MenuItem, Module

MODULE = Module(
    "requests",
    _("Data requests"),
    menu=(
        MenuItem(
            _("Data requests"), "requests:queue", "message-question", order=285, see="requests", group=_("Numbers")
        ),
    ),
)
