from django.utils.translation import gettext_lazy as _

from opsloop.base.registry import MenuItem, Module

MODULE = Module(
    "series",
    _("Recurring cases"),
    menu=(MenuItem(_("Recurring cases"), "series:list", "repeat", order=18, see="series"),),
)
