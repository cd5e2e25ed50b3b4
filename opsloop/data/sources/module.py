from django.utils.translation import gettext_lazy as _

from opsloop.base.registry import MenuItem, Module

MODULE = Module(
    "sources",
    _("Data sources"),
    menu=(
        MenuItem(
            _("Update calendar"), "sources:calendar", "calendar-stats", order=220, see="sources", group=_("Numbers")
        ),
    ),
    requires=("lake",),
)
