from django.utils.translation import gettext_lazy as _

from opsloop.base.registry import MenuItem, Module

MODULE = Module(
    "playbook",
    _("Operating standard"),
    menu=(MenuItem(_("Operating standard"), "playbook:contents", "book", order=300, group=_("Standard")),),
)
