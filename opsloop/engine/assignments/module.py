from django.utils.translation import gettext_lazy as _

from opsloop.base.registry import MenuItem, Module

MODULE = Module(
    "assignments",
    _("Assignments"),
    menu=(MenuItem(_("Assignments"), "assignments:mine", "checklist", order=20, see="assignments"),),
)
