"""The form kit: any act as a form. Fields parse what people type; every rule is the act's."""

from opsloop.ui.formkit.actform import ActForm
from opsloop.ui.formkit.pick import find_rows

__all__ = ["ActForm", "find_rows"]
