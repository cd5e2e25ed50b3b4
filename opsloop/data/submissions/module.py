from django.utils.translation import gettext_lazy as _

from opsloop.base.registry import MenuItem, Module

MODULE = Module(
    "submissions",
    _("Data entry"),
    menu=(
        MenuItem(_("Data entry"), "submissions:overview", "forms", order=220, see="submissions", group=_("Numbers")),
    ),
    requires=("lake", "sources"),
)
