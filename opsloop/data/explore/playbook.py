"""dashboard: which metrics a position looks at, in groups of tiles, each with its period and comparisons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.fields import plain
from opsloop.base.kinds.registry import Binding, Book, Change, Level, Said, kind
from opsloop.base.kinds.says import Says
from opsloop.base.people.models import Person
from opsloop.data.explore.models import Dashboard
from opsloop.data.explore.words import Compare, Grain, Shows

USUAL_COMPARISONS = (Compare.PREVIOUS, Compare.YEAR, Compare.TARGET)


@dataclass(frozen=True, slots=True)
class Tile:
    """One metric as a value, a line over time, bars by a dimension, or a table."""

    metric: Annotated[str, Says(label=_("Metric"), ref="metric", key=True, example="sales")]
    shows: Annotated[Shows, Says(label=_("Shown as"))] = Shows.VALUE
    grain: Annotated[Grain | None, Says(label=_("Period"), help=_("Left out: the dashboard's."))] = None
    by: Annotated[
        tuple[str, ...],
        Says(label=_("Dimensions"), max=2, help=_("Ids of dimensions of the metric."), example="[department]"),
    ] = ()
    where: Annotated[
        dict[str, str | tuple[str, ...]],
        Says(label=_("Only where"), keys=Says(label=_("Dimension")), example="{department: DELI}"),
    ] = field(default_factory=dict)
    compare: Annotated[tuple[Compare, ...], Says(label=_("Compared with"))] = USUAL_COMPARISONS
    title: Annotated[str, Says(label=_("Title"), text=True, help=_("Left out: the metric's."))] = ""
    note: Annotated[str, Says(label=_("Note"), text=True, help=_("One line under the tile."))] = ""


@dataclass(frozen=True, slots=True)
class TileGroup:
    """Tiles that are read together."""

    title: Annotated[str, Says(label=_("Title"), text=True, key=True)]
    tiles: Annotated[tuple[Tile, ...], Says(label=_("Tiles"), min=1)]


def check_dashboard(ident: str, obj: DashboardFile, book: Book) -> Iterable[Said]:
    """A value has no dimensions, bars need one or time, and no tile stands there twice."""
    if not obj.groups:
        yield Said("groups", _("The dashboard shows nothing."), Level.ERROR, _("Add a group with a tile."))
    seen: set[object] = set()
    for path, tile in _tiles(obj):
        if tile.shows == Shows.VALUE and tile.by:
            yield Said(
                f"{path}.by", _("A single value has no dimensions."), Level.ERROR, _("Show it as bars or as a table.")
            )
        same = (tile.metric, tile.shows, tile.grain, tile.by, tuple(sorted(tile.where.items())))
        if same in seen:
            yield Said(f"{path}.metric", format_lazy(_("The tile {metric} stands here twice."), metric=tile.metric))
        seen.add(same)


def _tiles(obj: DashboardFile) -> Iterator[tuple[str, Tile]]:
    for g, group in enumerate(obj.groups):
        for t, tile in enumerate(group.tiles):
            yield f"groups.{g}.tiles.{t}", tile


def compile_dashboards(changes: Sequence[Change], by: Person) -> None:
    """One row for each dashboard of the standard; what is taken away stays as withdrawn."""
    rows = {row.ident: row for row in Dashboard.objects.filter(ident__in=[one.ident for one in changes])}
    for change in changes:
        if change.obj is None and change.ident not in rows:
            continue
        row = rows.get(change.ident) or Dashboard(ident=change.ident)
        row.withdrawn = change.obj is None
        if change.obj is not None:
            row.number, row.sha256 = change.number, change.sha256
            row.title, row.definition = change.obj.title, plain(type(change.obj), change.obj)
        row.save()


def translate_dashboards(language: str, texts: Mapping[str, Mapping[str, str]]) -> None:
    """Titles and notes in another language."""
    for row in Dashboard.objects.filter(ident__in=list(texts)):
        row.words = {**row.words, language: dict(texts[row.ident or ""])}
        row.save(update_fields=["words"])


@kind(
    "dashboard",
    folder="dashboards",
    form="yaml",
    binding=Binding.CURRENT,
    title=_("Dashboard"),
    plural=_("Dashboards"),
    check=check_dashboard,
    compile=compile_dashboards,
    translate=translate_dashboards,
    about=_("The metrics that a position looks at every day or week, in groups, with their comparisons."),
)
@dataclass(frozen=True, slots=True)
class DashboardFile:
    """The metrics that a position looks at every day or week, in groups, with their comparisons."""

    title: Annotated[str, Says(label=_("Title"), text=True)]
    groups: Annotated[tuple[TileGroup, ...], Says(label=_("Groups"))]
    for_: Annotated[
        tuple[str, ...],
        Says(label=_("For positions"), ref="position", help=_("It stands first on the start page of their holders.")),
    ] = ()
    grain: Annotated[Grain, Says(label=_("Period"))] = Grain.WEEK
    order: Annotated[int, Says(label=_("Order"), min=0, max=999, help=_("Small numbers first."))] = 100
    about: Annotated[str, Says(label=_("About"), text=True, long=True)] = ""
