from django.utils.translation import gettext_lazy as _

from opsloop.base.registry import MenuItem, Module

MODULE = Module(
    "sql",
    _("SQL"),
    menu=(MenuItem(_("SQL queries"), "sql:editor", "code", order=280, act="sql.ask", group=_("Numbers")),),
    requires=("lake", "datasets", "requests"),
)
