"""The list of SOPs in force."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from opsloop.base.people import posts
from opsloop.base.people.models import Person
from opsloop.engine.sops import walk
from opsloop.engine.sops.models import Sop
from opsloop.engine.sops.sheet import review_day
from opsloop.engine.sops.wording import limits_range
from opsloop.playbook.models import Version
from opsloop.ui.lists import Column, Listing, TextFilter


class Sops(Listing):
    """What is done by which procedure, who answers for it, and when it is looked at again."""

    name = "sops"
    model = Sop
    title = _("SOPs")
    columns = (
        Column(name="title", link=True, value=lambda row: row.name),
        Column(name="owner", label=pgettext_lazy("sop", "Owner"), value=lambda row: row.holder),
        Column(name="steps", label=_("Steps"), value=lambda row: row.steps, kind="number"),
        Column(name="limit", label=_("Total limit"), value=lambda row: row.limit),
        Column(name="number", kind="number"),
        Column(name="review_on", label=_("Next review"), value=lambda row: row.review_on, kind="day"),
        Column(name="short", label=_("Short form"), value=lambda row: row.short, kind="flag", on=False),
    )
    filters = (TextFilter(fields=("title", "ident")),)
    order = ("title",)
    empty = _("The standard has no SOPs.")
    empty_hint = _("An SOP is a file of the standard: who does which step by when. Publish one, and it stands here.")

    def rows(self, by: Person) -> QuerySet[Any]:
        return super().rows(by).filter(withdrawn=False)

    def prepare(self, rows: Sequence[Any], by: Person) -> None:
        titles = posts.titles()
        versions = Version.objects.filter(kind="sop", ident__in=[row.ident for row in rows])
        since = {(v.ident, v.number): v.effective_from for v in versions}
        for row in rows:
            sop = row.obj
            row.holder = titles.get(row.owner, row.owner)
            row.steps = len(walk.tasks(sop))
            row.limit = limits_range(sop.limit)
            row.review_on = review_day(sop, since.get((row.ident, row.number)))
            row.short = sop.short
