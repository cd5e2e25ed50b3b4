from django.utils.translation import gettext_lazy as _

from opsloop.base.registry import MenuItem, Module

MODULE = Module(
    "calendar",
    _("Working calendar"),
    menu=(
        MenuItem(
            _("Working calendar"), "calendar:month", "calendar", order=710, see="calendar", group=_("Organisation")
        ),
    ),
    app=False,
)
