"""What people may be told by the playbook, each as they like it; and what each night does with its positions."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from opsloop.base.inbox.api import AT_ONCE, notice_kind
from opsloop.base.links.kinds import link_kind
from opsloop.playbook import queries
from opsloop.playbook.compiled import apply_positions
from opsloop.playbook.following import on_day
from opsloop.playbook.reasons import BECAUSE, DRAFT, PUBLICATION

notice_kind("playbook.proposed", _("A change of rights waits for a second person"), default=AT_ONCE)
notice_kind("playbook.ready", _("A proposal waits for me to publish it"), default=AT_ONCE)
notice_kind("playbook.urgent", _("An urgent publication is to be reviewed"), default=AT_ONCE)
notice_kind("playbook.decided", _("My proposal was decided"), default=AT_ONCE)
notice_kind("playbook.printed", _("The PDF of the standard is ready"), default=AT_ONCE)
link_kind(BECAUSE, _("because of"), _("gave rise to"), a=[DRAFT, PUBLICATION])


def _begin_positions(day: date) -> None:
    """Title, department and superior of a position are those of the version that is in force now."""
    apply_positions(dict(queries.published(day).all("position")))


on_day.append(_begin_positions)
