"""The dashboard of one's position, and those that one has pinned, on the start page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Person
from opsloop.data.explore.boarding import on_start_page
from opsloop.ui.cards import Card, card

SCRIPTS = ("echarts/echarts.min.js", "ui/chart.js")
STYLES = ("ui/figures.css", "metrics/metrics.css", "explore/explore.css")


def drawn(definition: dict[str, object]) -> bool:
    """Has it a tile with a picture? Then the page needs the drawing script."""
    groups = definition.get("groups", ())
    tiles = [tile for group in groups for tile in group.get("tiles", ())]  # type: ignore[attr-defined]
    return bool(definition.get("tiles")) or any(tile.get("shows", "value") != "value" for tile in tiles)


@card("explore.dashboard", order=10, see="metrics")
def dashboards(person: Person) -> Card | None:
    """Their tiles come after the page stands, so that no slow figure holds it up."""
    rows = on_start_page(person)
    if not rows:
        return None
    one = len(rows) == 1
    return Card(
        title=rows[0].name if one else _("Dashboards"),
        template="explore/card.html",
        context={"rows": rows, "several": not one},
        url=rows[0].get_absolute_url() if one else "/explore/dashboards/",
        scripts=SCRIPTS if any(drawn(row.definition) for row in rows) else (),
        styles=STYLES,
    )
