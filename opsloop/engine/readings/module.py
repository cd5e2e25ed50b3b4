from django.utils.translation import gettext_lazy as _

from opsloop.base.registry import MenuItem, Module

MODULE = Module(
    "readings",
    _("Readings"),
    menu=(MenuItem(_("Readings"), "readings:mine", "book", order=25, see="readings"),),
)
