from django.utils.translation import gettext_lazy as _

from opsloop.base.registry import MenuItem, Module

MODULE = Module(
    "audits",
    _("Audit packs"),
    menu=(MenuItem(_("Audit packs"), "audits:packs", "clipboard-check", order=95, act="audits.draw"),),
)
