"""The list of SOPs in force."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from opsloop.base.people import posts
from opsloop.base.people.models import Person
from opsloop.base.things.texts import as_sorted
from opsloop.engine.sops import walk
from opsloop.engine.sops.models import Sop
from opsloop.engine.sops.reviewing import due_now, terms
from opsloop.engine.sops.wording import limits_range
from opsloop.ui.lists import Column, FlagFilter, Listing, TextFilter


class Sops(Listing):
    """What is done by which procedure, who answers for it, and when it is looked at again."""

    name = "sops"
    model = Sop
    title = _("SOPs")
    columns = (
        Column(name="title", link=True, value=lambda row: row.name, sort="place"),
        Column(name="owner", label=pgettext_lazy("sop", "Owner"), value=lambda row: row.holder),
        Column(name="steps", label=_("Steps"), value=lambda row: row.steps, kind="number"),
        Column(name="limit", label=_("Total limit"), value=lambda row: row.limit),
        Column(name="number", kind="number"),
        Column(
            name="review_on",
            label=_("Review due on"),
            value=lambda row: row.review_on,
            kind="day",
            late=lambda row: row.review_on is not None and row.review_on < timezone.localdate(),
        ),
        Column(name="short", label=_("Short form"), value=lambda row: row.short, kind="flag", on=False),
    )
    filters = (
        TextFilter(fields=("title", "ident")),
        FlagFilter(
            name="review", label=_("Due for review"), when=lambda: Q(pk__in=[one.pk for one in due_now()]),
        ),
    )  # fmt: skip
    order = ("place",)
    empty = _("The standard has no SOPs.")
    empty_hint = _("An SOP is a file of the standard: who does which step by when. Publish one, and it stands here.")

    def rows(self, by: Person) -> QuerySet[Any]:
        found = super().rows(by).filter(withdrawn=False)
        named = sorted(found.only("title", "words"), key=lambda row: as_sorted(row.name))
        places = [When(pk=row.pk, then=Value(i)) for i, row in enumerate(named)]
        ordered: QuerySet[Any] = found.annotate(place=Case(*places, default=Value(0), output_field=IntegerField()))
        return ordered

    def prepare(self, rows: Sequence[Any], by: Person) -> None:
        titles = posts.titles()
        found = terms(rows)
        for row in rows:
            sop = row.obj
            row.holder = titles.get(row.owner, row.owner)
            row.steps = len(walk.numbered(sop))
            row.limit = limits_range(sop.limit)
            row.review_on = found[row.pk].due if row.pk in found else None
            row.short = sop.short
