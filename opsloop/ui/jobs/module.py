from django.utils.translation import gettext_lazy as _

from opsloop.base.registry import MenuItem, Module

MODULE = Module(
    "jobs",
    _("Background jobs"),
    menu=(MenuItem(_("Background jobs"), "jobs:now", "server-cog", 900, see="jobs", group=_("System")),),
    app=False,
)
