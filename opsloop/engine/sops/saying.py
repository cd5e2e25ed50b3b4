"""What fields of SOP files have in common: how ids, limits and shares are written, and who may be named."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from opsloop.base.calendar.limits import wrong_limit
from opsloop.base.kinds.names import Known, namespace
from opsloop.base.kinds.says import Says
from opsloop.base.things.errors import Text

EVERY = "*"
"""The key of a limit that holds for every level."""
FIELD = "field:"
"""What stands before the id of a field that holds the person, where a position may be named."""
_STEP, _NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*"), re.compile(r"[a-z][a-z0-9_]*")
WHO = ("position", "person-field")

namespace(
    "person-field",
    lambda: (),
    lambda ident, _offered: Known.YES if ident.startswith(FIELD) else Known.NO,
    _("Person field (field:name)"),
)


def wrong_id(text: str) -> Text | None:
    """What was expected instead of this id of a step, a level or a message, None when it is one."""
    if _STEP.fullmatch(text) and len(text) <= 60:
        return None
    return _("An id of small English letters, digits and hyphens")


def wrong_name(text: str) -> Text | None:
    """What was expected instead of this id of a field: conditions name it, so it has no hyphen."""
    if _NAME.fullmatch(text) and len(text) <= 60:
        return None
    return _("A name of small English letters, digits and _")


def limit_says(label: Text, text: Text = "", example: str = "2 working days") -> Says:
    """A limit: one text, or one for each level."""
    keys = Says(label=_("Level"), words=level)
    return Says(label=label, help=text, short=EVERY, check=wrong_limit, example=example, keys=keys)


def level(code: str) -> Text:
    """What the key of a limit is called."""
    return _("every level") if code == EVERY else code


ID = Says(label=pgettext_lazy("sop", "Id"), key=True, check=wrong_id, example="review")
TITLE = Says(label=_("Title"), text=True)
WHEN = Says(
    label=pgettext_lazy("sop", "When"), help=_("A condition over fields; left out: always."), example="amount > 200"
)
