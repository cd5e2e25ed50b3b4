from django.utils.translation import gettext_lazy as _

from opsloop.base.registry import MenuItem, Module

MODULE = Module(
    "explore",
    _("Explore"),
    menu=(
        MenuItem(
            _("Dashboards"), "explore:dashboards", "layout-dashboard", order=195, see="metrics", group=_("Numbers")
        ),
        MenuItem(_("Explore"), "explore:explore", "chart-dots", order=205, see="metrics", group=_("Numbers")),
    ),
    requires=("metrics", "datasets", "lake"),
)
