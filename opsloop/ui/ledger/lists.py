"""The one searchable page of all that was done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import registry
from opsloop.base.acts.naming import moment
from opsloop.base.acts.sentences import sentences
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Person
from opsloop.ui.ledger import filters
from opsloop.ui.lists import Column, Listing

TOLD = "told"


def act_label(entry: Any) -> str:
    """The act in words; its name where its app is gone."""
    known = registry.get(entry.act)
    return str(known.label) if known is not None else str(entry.act)


def object_of(entry: Any) -> str:
    return f"{filters.kind_of_object(entry.object_type)} {entry.object_id or ''}".strip() if entry.object_type else ""


def late(entry: Any) -> bool:
    return bool(entry.happened != entry.at)


class LedgerList(Listing):
    name = "ledger"
    model = Entry
    title = _("Ledger")
    columns = (
        Column(name=TOLD, label=_("What was done"), value=lambda entry: getattr(entry, TOLD), link=True),
        Column(name="happened_at", label=_("Happened at"), value=lambda entry: moment(entry.happened), kind="moment"),
        Column(name="recorded_at", label=_("Recorded at"), value=lambda entry: moment(entry.at), kind="moment",
               late=late, on=False),
        Column(name="late", label=_("Recorded later"), value=late, kind="flag", on=False),
        Column(name="act_label", label=_("Act"), value=act_label),
        Column(name="about", label=_("Object"), value=object_of),
        Column(name="via", label=_("Through"), value=lambda entry: filters.door(entry.via), sort=False),
        Column(name="id", label=_("Entry"), value=lambda entry: f"#{entry.pk}", sort="id"),
        Column(name="act", label=_("Name of the act"), on=False),
        Column(name="hash", label=_("Hash"), value=lambda entry: bytes(entry.hash).hex(), on=False, sort=False),
    )  # fmt: skip
    filters = (
        filters.WordsFilter(fields=(), label=_("Text in values, names and reasons")),
        filters.ByFilter(name="who", model=Person, label=_("Who")),
        filters.ByFilter(name="behalf", model=Person, label=_("On whose behalf")),
        filters.ActFilter(name="act", label=_("Any act")),
        filters.KindFilter(name="kind", label=_("Any kind of object"), number="number"),
        filters.NumberFilter(name="number", fields=(), label=_("Its number")),
        filters.HappenedFilter(name="day", label=_("Happened")),
        filters.ViaFilter(name="via", label=_("Through any door")),
        filters.LateFilter(name="late", label=_("Recorded at any time")),
    )
    order: ClassVar[tuple[str, ...]] = ("-pk",)
    export = False  # leaving the house is an act of its own, with a reason
    empty = _("Nothing was recorded yet.")
    empty_hint = _("Every change is noted here by itself, as it is done.")

    def prepare(self, rows: list[Any], by: Person) -> None:
        tell(rows, by)

    def url(self, row: Any) -> str | None:
        return f"/ledger/{row.pk}/"


def tell(rows: Iterable[Any], by: Person) -> None:
    """Put each entry's sentence for this reader on it; the number of queries does not grow."""
    entries = list(rows)
    for entry, said in zip(entries, sentences(entries, by), strict=True):
        setattr(entry, TOLD, said)
