from django.utils.translation import gettext_lazy as _

from opsloop.base.registry import MenuItem, Module

MODULE = Module(
    "imports",
    _("Import data"),
    menu=(
        MenuItem(_("Import data"), "imports:upload", "file-import", order=226, act="imports.begin", group=_("Numbers")),
    ),
    requires=("sources",),
)
