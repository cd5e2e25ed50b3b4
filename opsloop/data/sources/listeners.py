"""Kinds of notices about data that comes, or does not; and what the tables of sources are called."""

from __future__ import annotations

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.inbox.api import AT_ONCE, BY_DIGEST, notice_kind
from opsloop.data.lake.titles import names_tables
from opsloop.data.sources import forgetting
from opsloop.data.sources.models import Source
from opsloop.data.sources.telling import DONE, FAILED, HELD, LATE

__all__ = ["forgetting"]

notice_kind(LATE, _("Data is late"), default=BY_DIGEST)
notice_kind(FAILED, _("A load failed"), default=AT_ONCE)
notice_kind(DONE, _("A release or repair is done"), default=AT_ONCE)
notice_kind(HELD, _("A load waits for release"), default=AT_ONCE)


@names_tables
def sources_tables() -> dict[str, str]:
    """A source's table bears its title; so does that of its rows aside."""
    out = {}
    for one in Source.objects.all():
        out[one.table] = one.name
        out[f"{one.table}__aside"] = _t("{source}: rows aside").format(source=one.name)
    return out
