"""A note goes out, once a morning; by the clock, or by hand when it could not."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Refused, act
from opsloop.base.inbox.api import broadcast
from opsloop.base.people.models import Person
from opsloop.base.things.errors import Text
from opsloop.modules.notes.compiled import NOON
from opsloop.modules.notes.models import Edition, Note

BULLETIN = "notes.morning"


def _in_force(note: Note) -> Text | None:
    return _("This note is not in force.") if note.withdrawn else None


@act("notes.send", _("Send now"), done=_("{by} sent {note} of {day}"), when=_in_force, doors=frozenset())
def send_note(note: Note, *, by: Person, day: str, title: str, body: str) -> Edition:
    """Hand today's text to the channels that take it, and keep it. Refused the second time on a day."""
    today = timezone.localdate()
    if day != today.isoformat():
        raise Refused(_t("A note is of today."))
    if Edition.objects.filter(note=note, day=today).exists():
        raise Refused(_t("Today's note has gone out already."))
    now = timezone.localtime()
    noon = datetime.combine(today, NOON, now.tzinfo)
    # by hand after noon it is still news for the rest of the day
    until = noon if now < noon else None
    edition = Edition(note=note, day=today, title=title[:200], body=body, at=timezone.now())
    edition.channels = broadcast(
        BULLETIN, title, body, key=f"note:{note.ident}:{today}", link=note.get_absolute_url(), until=until
    )
    edition.save()
    return edition
