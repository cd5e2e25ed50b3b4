from django.utils.translation import gettext_lazy as _

from opsloop.base.registry import MenuItem, Module

MODULE = Module(
    "reports",
    _("Reports"),
    menu=(MenuItem(_("Reports"), "reports:reports", "report-analytics", order=160, see="reports", group=_("Numbers")),),
    requires=("metrics", "sources", "reconciliation", "monitors", "findings", "assignments", "cases"),
)
