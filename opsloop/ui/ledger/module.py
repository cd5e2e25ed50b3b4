from django.utils.translation import gettext_lazy as _

from opsloop.base.registry import MenuItem, Module

MODULE = Module(
    "ledger",
    _("Ledger"),
    menu=(MenuItem(_("Ledger"), "ledger:list", "history", order=720, see="ledger", group=_("Organisation")),),
    app=False,
)
