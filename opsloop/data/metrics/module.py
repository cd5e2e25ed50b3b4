from django.utils.translation import gettext_lazy as _

from opsloop.base.registry import MenuItem, Module

MODULE = Module(
    "metrics",
    _("Metrics"),
    menu=(MenuItem(_("Metrics"), "metrics:catalogue", "chart-line", order=200, see="metrics", group=_("Numbers")),),
    requires=("lake", "datasets"),
)
