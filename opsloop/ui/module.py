from django.utils.translation import gettext_lazy as _

from opsloop.base.registry import MenuItem, Module

MODULE = Module("ui", _("Page frame"), menu=(MenuItem(_("My work"), "workbench", "layout-dashboard", 0),))
