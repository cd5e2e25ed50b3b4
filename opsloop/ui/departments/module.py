from django.utils.translation import gettext_lazy as _

from opsloop.base.registry import MenuItem, Module

MODULE = Module(
    "departments",
    _("Departments"),
    menu=(
        MenuItem(_("Departments"), "departments:tree", "hierarchy-2", order=710, see="people", group=_("Organisation")),
    ),
    app=False,
)
