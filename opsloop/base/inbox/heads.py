"""The ledger's head leaves the machine each day: to the auditors' inbox and mail, where nobody here can change it."""

from __future__ import annotations

from django.utils.text import format_lazy
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import act
from opsloop.base.inbox.kinds import AT_ONCE, notice_kind
from opsloop.base.inbox.telling import holders, tell
from opsloop.base.ledger.heads import HeadMark, head_now
from opsloop.base.people.models import Person
from opsloop.base.things.errors import Refused

AUDITORS = ("auditor", "system-admin")
"""Positions of the standard; the second one where nobody holds the first."""
KIND = "inbox.head"

notice_kind(KIND, _("The ledger's head of the day"), default=AT_ONCE, may_off=False)


@act("inbox.send_head", _("Send the ledger's head out"), done=_("{by} sent head {line} out"), doors=frozenset())
def send_head(*, by: Person, line: str) -> None:
    """Tell the auditors the newest entry's number and hash; `opsloop verify` compares with what they kept."""
    try:
        mark = HeadMark.parse(line)
    except ValueError:
        raise Refused(_t("This is no head of the ledger.")) from None
    people = next((found for code in AUDITORS if (found := holders(code))), [])
    title = format_lazy("{what} #{n}", what=_("Ledger head: entry"), n=mark.entry_id)
    tell(people, KIND, title, line, link="/ledger/", key=f"{KIND}:{mark.entry_id}")


def head_line() -> str | None:
    """The head as one line, or None while the ledger is empty."""
    mark = head_now()
    return mark.line if mark else None
