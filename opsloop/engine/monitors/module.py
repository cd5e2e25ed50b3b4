from django.utils.translation import gettext_lazy as _

from opsloop.base.registry import MenuItem, Module

MODULE = Module(
    "monitors",
    _("Alerts"),
    menu=(MenuItem(_("Alerts"), "monitors:alerts", "alert-triangle", order=150, see="monitors", group=_("Numbers")),),
    requires=("metrics", "sources", "assignments", "findings"),
)
