from django.utils.translation import gettext_lazy as _

from opsloop.base.registry import Module

MODULE = Module("cases", _("Cases"))
