"""A dashboard with its figures: every tile of it, counted together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from opsloop.base.kinds.loading import typed
from opsloop.base.people import posts
from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import visible
from opsloop.base.policy.standing import standings
from opsloop.base.things.errors import Text
from opsloop.data.explore.asking import Shown, all_shown
from opsloop.data.explore.models import Dashboard, Pin
from opsloop.data.explore.playbook import DashboardFile, Tile
from opsloop.data.explore.state import read
from opsloop.data.explore.words import Shows
from opsloop.data.metrics import api, definition, pictures
from opsloop.data.metrics.addresses import explained
from opsloop.data.metrics.dims import titles
from opsloop.data.metrics.latest import Figure, Wanted, figures_and
from opsloop.data.metrics.made_up import MadeUp, made_up
from opsloop.data.metrics.models import Metric
from opsloop.data.metrics.period_names import USUAL_LENGTH, last_whole
from opsloop.data.metrics.periods import back, end
from opsloop.data.metrics.questions import Answer, Question, Trust, where_of
from opsloop.ui.charts import Chart

BARS = 10
"""As many as a tile has room for; the table below it has the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTile:
    """One tile. figure: of a single value; charts, table: of the others; view: of a tile that a person saved."""

    number: int
    title: str
    metric: str
    owner: str = ""
    note: str = ""
    url: str = ""
    figure: Figure | None = None
    charts: Sequence[Chart] = ()
    table: pictures.Table | None = None
    view: Shown | None = None
    missing: Text = ""
    compare: tuple[str, ...] = ()
    trust: Trust | None = None
    fake: MadeUp | None = None

    @property
    def wide(self) -> bool:
        return self.figure is None and not self.missing


@dataclass(frozen=True, slots=True)
class ShownGroup:
    title: str
    tiles: tuple[ShownTile, ...]


def boards_of(person: Person) -> list[Dashboard]:
    """Every dashboard in force that the person may open: for one's own positions first, then by title."""
    held = positions(person)
    rows = list(visible(person, Dashboard).filter(withdrawn=False).select_related("owner"))
    return sorted(rows, key=lambda row: (not held & set(row.positions), row.ident is None, order(row), row.name))


def order(row: Dashboard) -> int:
    return int(row.definition.get("order", 100))


def positions(person: Person) -> set[str]:
    """Codes of the positions that a person holds or stands in for."""
    return {one.position for one in standings(person)}


def on_start_page(person: Person) -> list[Dashboard]:
    """The first dashboard for one's positions, then those that one has pinned."""
    rows = boards_of(person)
    held = positions(person)
    first = [row for row in rows if held & set(row.positions)][:1]
    pinned = set(Pin.objects.filter(person=person).values_list("dashboard_id", flat=True))
    return [*first, *(row for row in rows if row.pk in pinned and row not in first)]


def shown_board(row: Dashboard, person: Person) -> list[ShownGroup]:
    """The groups with their tiles; what one tile cannot show takes no other away."""
    if row.ident is None:
        return [ShownGroup("", tuple(_saved(row.definition.get("tiles", ()), person)))]
    board = typed(DashboardFile, row.said)
    tiles = [tile for group in board.groups for tile in group.tiles]
    made = iter(_tiles(board, tiles, person))
    return [ShownGroup(group.title, tuple(next(made) for _tile in group.tiles)) for group in board.groups]


def _saved(tiles: Sequence[Mapping[str, Any]], person: Person) -> Iterable[ShownTile]:
    addresses = [str(tile.get("address", "")) for tile in tiles]
    views = all_shown([read(QueryDict(one)) for one in addresses], person)
    for n, (tile, address, found) in enumerate(zip(tiles, addresses, views, strict=True), 1):
        yield ShownTile(
            number=n, title=str(tile.get("title", "")) or found.title, metric="", view=found, charts=found.charts,
            table=found.table, url=f"/explore/?{address}",
            trust=Trust(found.last_day, None, doubts=tuple(f"{name}: {text}" for name, text in found.doubts)),
        )  # fmt: skip


def _tiles(board: DashboardFile, tiles: Sequence[Tile], person: Person) -> Iterable[ShownTile]:
    rows = {row.ident: row for row in Metric.objects.filter(withdrawn=False, ident__in={one.metric for one in tiles})}
    said: dict[str, definition.Metric] = {ident: row.obj for ident, row in rows.items()}
    owners, fakes = posts.titles(), made_up(said)
    values = [one for one in tiles if one.metric in said and one.shows == Shows.VALUE]
    wanted = [_wanted(one, board) for one in values]
    drawn = [one for one in tiles if one.metric in said and one.shows != Shows.VALUE]
    judges = api.Judges(said)
    questions = [_question(one, board, judges.trust(one.metric).last_day) for one in drawn]
    asked = [one for one in questions if one is not None]
    figures, answers = figures_and(wanted, asked, person, judges=judges)
    of_value = dict(zip((id(one) for one in values), figures, strict=True))
    answered = iter(answers)
    of_chart = {id(one): next(answered) if q is not None else None for one, q in zip(drawn, questions, strict=True)}
    for n, tile in enumerate(tiles, 1):
        metric = said.get(tile.metric)
        base: dict[str, Any] = {"number": n, "metric": tile.metric, "note": tile.note}
        if metric is None:
            yield ShownTile(title=tile.title or tile.metric, missing=tile.metric, **base)
            continue
        base |= {"title": tile.title or metric.title, "owner": owners.get(metric.owner, metric.owner)}
        base["fake"] = fakes[tile.metric]
        if tile.shows == Shows.VALUE:
            figure = of_value[id(tile)]
            compare = tuple(str(one) for one in tile.compare)
            url = _why_address(tile, figure)
            yield ShownTile(**base, figure=figure, compare=compare, url=url, trust=figure.trust)
            continue
        answer = of_chart[id(tile)]
        table = pictures.table(answer, titles([tile.metric], tile.by)) if answer else None
        charts = pictures.charts(answer, str(tile.shows), ident=f"tile-{n}", bars=BARS) if answer else []
        base |= {"url": f"/explore/?{_view_address(tile, board)}", "trust": _trust_of(judges, answer)}
        yield ShownTile(**base, charts=charts, table=table)


def _trust_of(judges: api.Judges, answer: Answer | None) -> Trust | None:
    """Of the days that are drawn."""
    question = answer.question if answer is not None else None
    return judges.trust(question.metrics[0], question.since, question.until) if question is not None else None


def _wanted(tile: Tile, board: DashboardFile) -> Wanted:
    grain = str(tile.grain or board.grain)
    return Wanted(metric=tile.metric, grain=grain, compare=tuple(map(str, tile.compare)), where=where_of(tile.where))


def _question(tile: Tile, board: DashboardFile, last: date | None) -> Question | None:
    grain = str(tile.grain or board.grain)
    if last is None:
        return None
    first = last_whole(last, grain)
    length = 1 if tile.by and tile.shows != Shows.LINE else USUAL_LENGTH[grain]
    compare = str(tile.compare[0]) if tile.compare and not tile.by else ""
    since = back(first, grain, length - 1)
    return Question((tile.metric,), grain, tile.by, since, end(first, grain), where_of(tile.where), compare)


def _view_address(tile: Tile, board: DashboardFile) -> str:
    said = [("m", tile.metric), ("grain", str(tile.grain or board.grain)), ("shows", str(tile.shows))]
    said += [("by", dim) for dim in tile.by]
    said += [(f"w.{dim}", one or "\x00") for dim, values in where_of(tile.where) for one in values]
    return urlencode(said)


def _why_address(tile: Tile, figure: Figure) -> str:
    """波动拆解 of the shown period; the metric's page where there is no period to explain."""
    if figure.period is None:
        return f"/metrics/{tile.metric}/"
    now, before = figure.period, back(figure.period, figure.grain, 1)
    return explained(tile.metric, (now, end(now, figure.grain)), (before, end(before, figure.grain)))
