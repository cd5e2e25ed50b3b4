from django.utils.translation import gettext_lazy as _

from opsloop.base.registry import MenuItem, Module

MODULE = Module(
    "reconciliation",
    _("Reconciliation"),
    menu=(
        MenuItem(
            _("Reconciliation"), "reconciliation:sources", "scale", order=230, see="reconciliation", group=_("Numbers")
        ),
    ),
    requires=("lake", "sources"),
)
