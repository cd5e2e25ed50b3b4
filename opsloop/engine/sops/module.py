from django.utils.translation import gettext_lazy as _

from opsloop.base.registry import MenuItem, Module

MODULE = Module(
    "sops",
    _("SOPs"),
    menu=(MenuItem(_("SOPs"), "sops:sops", "list-check", order=310, see="sops", group=_("Standard")),),
    requires=("metrics", "assignments"),
)
