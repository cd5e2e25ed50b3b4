"""Audit packs that one may see, the newest first."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Person
from opsloop.engine.audits.models import AuditPack
from opsloop.engine.sops.models import Sop
from opsloop.ui.lists import Column, DayFilter, Listing, PickFilter, TextFilter


class AuditPacks(Listing):
    """What was drawn, by whom, of how many."""

    name = "audits"
    model = AuditPack
    title = _("Audit packs")
    columns = (
        Column(name="pk", label=_("Pack number"), link=True, value=str),
        Column(name="reason"),
        Column(name="sop", value=lambda pack: pack.sop_title),
        Column(name="since"),
        Column(name="until"),
        Column(name="size", kind="number"),
        Column(name="found", kind="number"),
        Column(name="seed", value=lambda pack: str(pack.seed), kind="text"),
        Column(name="personal", on=False),
        Column(name="made_by.name", label=_("Drawn by")),
        Column(name="made_at"),
        Column(name="ready_at"),
    )
    filters = (
        TextFilter(fields=("reason", "sop")),
        PickFilter(name="made_by", model=Person),
        DayFilter(name="made_at"),
    )
    order = ("-made_at",)
    acts = ("audits.draw",)
    empty, empty_hint = (
        _("No samples were drawn yet."),
        _("Draw one: choose the days, a size and a seed, and say why. The archive is made within a minute."),
    )

    def rows(self, by: Person) -> QuerySet[Any]:
        return super().rows(by).select_related("made_by")

    def prepare(self, rows: list[Any], by: Person) -> None:
        name_sops(rows)


def name_sops(packs: list[AuditPack]) -> None:
    """`sop_title` of each in the reader's language; nothing where it was drawn of all."""
    found = Sop.objects.filter(ident__in={one.sop for one in packs}).defer("definition")
    names = {one.ident: one.name for one in found}
    for one in packs:
        one.sop_title = names.get(one.sop, one.sop)  # type: ignore[attr-defined]  # for the page
