from django.utils.translation import gettext_lazy as _

from opsloop.base.registry import Module

MODULE = Module("email", _("E-mail"), requires=("channels",), app=False)
