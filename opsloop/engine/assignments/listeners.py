from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from opsloop.base.inbox.api import AT_ONCE, notice_kind
from opsloop.base.search.api import searchable
from opsloop.engine.assignments.actions.telling import GIVEN, LATE, MOVED
from opsloop.engine.assignments.models import Assignment

notice_kind(GIVEN, _("Somebody gives me an assignment"), default=AT_ONCE)
notice_kind(MOVED, _("An assignment of mine moved on"), default=AT_ONCE)
notice_kind(LATE, _("An assignment is overdue"), default=AT_ONCE)
searchable(Assignment, url=lambda one: one.get_absolute_url(), text=lambda one: f"{one.note} {one.word}")
