from django.utils.translation import gettext_lazy as _

from opsloop.base.registry import MenuItem, Module

MODULE = Module(
    "lake",
    _("Data warehouse"),
    menu=(MenuItem(_("Data versions"), "lake:tables", "database", order=290, see="lake", group=_("Numbers")),),
)
