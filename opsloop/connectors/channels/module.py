from django.utils.translation import gettext_lazy as _

from opsloop.base.registry import MenuItem, Module

MODULE = Module(
    "channels",
    _("Group messages"),
    menu=(
        MenuItem(
            _("Group messages"),
            "channels:list",
            "messages",
            order=715,
            see="channels",
            act="channels.add",
            group=_("System"),
        ),
    ),
)
