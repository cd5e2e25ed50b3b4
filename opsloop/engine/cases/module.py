from django.utils.translation import gettext_lazy as _

from opsloop.base.registry import MenuItem, Module

MODULE = Module(
    "cases",
    _("Cases"),
    menu=(
        MenuItem(_("Cases"), "cases:todo", "progress-check", order=15, see="cases"),
        MenuItem(_("Start a case"), "cases:start", "player-play", order=16, act="cases.start"),
    ),
)
