from django.utils.translation import gettext_lazy as _

from opsloop.base.registry import MenuItem, Module

MODULE = Module(
    "notes",
    _("Morning note"),
    menu=(
        MenuItem(_("Morning note"), "notes:list", "sun", order=155, see="notes", act="notes.send", group=_("Numbers")),
    ),
    requires=("metrics", "sources", "monitors", "assignments"),
)
