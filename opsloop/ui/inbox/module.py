from django.utils.translation import gettext_lazy as _

from opsloop.base.registry import MenuItem, Module

MODULE = Module("inbox", _("Inbox"), menu=(MenuItem(_("Inbox"), "inbox:list", "inbox", 10),), app=False)
