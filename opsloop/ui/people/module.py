from django.utils.translation import gettext_lazy as _

from opsloop.base.registry import MenuItem, Module

MODULE = Module(
    "people",
    _("People"),
    menu=(MenuItem(_("People"), "people:list", "users", order=700, see="people", group=_("Organisation")),),
    app=False,
)
