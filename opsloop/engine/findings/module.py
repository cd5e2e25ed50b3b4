from django.utils.translation import gettext_lazy as _

from opsloop.base.registry import MenuItem, Module

MODULE = Module(
    "findings",
    _("Findings"),
    menu=(MenuItem(_("Findings"), "findings:board", "recycle", order=25, see="findings"),),
    requires=("assignments", "metrics", "playbook"),
)
