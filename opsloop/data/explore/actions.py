"""What people do with dashboards of their own. Those of the standard change by publication only."""

from __future__ import annotations

from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Forbidden, Invalid, Refused, act
from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import Text
from opsloop.data.explore.models import Dashboard, Pin

MOST_TILES = 24
MOST_ROWS = 200_000
FILES = ("csv", "xlsx")


def own(by: Person, _on: Any = None) -> QuerySet[Dashboard]:
    """The dashboards that a person may add to."""
    return visible(by, Dashboard).filter(owner=by, withdrawn=False)


def of_a_person(dashboard: Dashboard) -> Text | None:
    """Why nobody changes this one by hand."""
    if dashboard.ident is not None:
        return _("It belongs to the standard; change its file.")
    return _("It is archived.") if dashboard.withdrawn else None


Title = Annotated[str, Arg(label=_("Title"), min=1, max=120)]
Address = Annotated[str, Arg(label=_("View"), help=_("The address of the view after the question mark."), max=4000)]


@act("explore.save", _("Save to a dashboard"), done=_("{by} saved {title} to the dashboard {result}"))
def save_view(
    *,
    by: Person,
    address: Address,
    title: Title,
    dashboard: Annotated[Dashboard | None, Arg(label=_("Dashboard"), pick=own)] = None,
    new_dashboard: Annotated[str, Arg(label=_("or a new one named"), max=120)] = "",
) -> Dashboard:
    """The view, as its address says it, becomes a tile of one's own dashboard. Refused above 24 tiles."""
    said = address.lstrip("?")
    if not QueryDict(said).getlist("m"):
        raise Invalid({"address": [_t("The view names no metric.")]})
    if (dashboard is None) == (not new_dashboard.strip()):
        raise Invalid({"dashboard": [_t("Choose a dashboard, or name a new one.")]})
    row = Dashboard(owner=by, title=new_dashboard.strip(), definition={"tiles": []})
    if dashboard is not None:
        found = own(by).filter(pk=dashboard.pk).first()
        if found is None:
            raise Forbidden(_t("This dashboard is somebody else's."))
        row = found
    tiles = list(row.definition.get("tiles", ()))
    if len(tiles) >= MOST_TILES:
        raise Refused(_t("A dashboard has at most {n} tiles.").format(n=MOST_TILES))
    row.definition = {**row.definition, "tiles": [*tiles, {"title": title.strip(), "address": said}]}
    row.save()
    return row


@act("explore.drop_tile", _("Take a tile off"), done=_("{by} took tile {tile} off {dashboard}"), when=of_a_person)
def drop_tile(
    dashboard: Dashboard, *, by: Person, tile: Annotated[int, Arg(label=_("Number of the tile"), min=1, max=MOST_TILES)]
) -> Dashboard:
    """Tiles count from 1 in the order in which they are shown. Refused when there is no such tile."""
    _refuse_strangers(dashboard, by)
    tiles = list(dashboard.definition.get("tiles", ()))
    if tile > len(tiles):
        raise Refused(_t("There is no tile {n}.").format(n=tile))
    del tiles[tile - 1]
    dashboard.definition = {**dashboard.definition, "tiles": tiles}
    dashboard.save()
    return dashboard


@act("explore.rename", _("Rename dashboard"), done=_("{by} renamed {dashboard} to {title}"), when=of_a_person)
def rename_dashboard(dashboard: Dashboard, *, by: Person, title: Title) -> Dashboard:
    """Give one's own dashboard another name."""
    _refuse_strangers(dashboard, by)
    dashboard.title = title.strip()
    dashboard.save()
    return dashboard


def not_shared(dashboard: Dashboard) -> Text | None:
    return of_a_person(dashboard) or (_("It is shared already.") if dashboard.shared else None)


def is_shared(dashboard: Dashboard) -> Text | None:
    return of_a_person(dashboard) or (None if dashboard.shared else _("It is not shared."))


@act("explore.share", _("Share dashboard"), done=_("{by} shared the dashboard {dashboard}"), when=not_shared)
def share_dashboard(dashboard: Dashboard, *, by: Person) -> Dashboard:
    """Everybody who sees metrics may open it; each sees the figures that their own position sees."""
    _refuse_strangers(dashboard, by)
    dashboard.shared = True
    dashboard.save()
    return dashboard


@act("explore.unshare", _("Keep dashboard to oneself"), done=_("{by} unshared {dashboard}"), when=is_shared)
def unshare_dashboard(dashboard: Dashboard, *, by: Person) -> Dashboard:
    """It is one's own again; it leaves the start pages of others."""
    _refuse_strangers(dashboard, by)
    dashboard.shared = False
    dashboard.save()
    for pin in Pin.objects.filter(dashboard=dashboard).exclude(person=by):
        pin.delete()
    return dashboard


@act("explore.archive", _("Archive dashboard"), done=_("{by} archived the dashboard {dashboard}"), when=of_a_person)
def archive_dashboard(dashboard: Dashboard, *, by: Person) -> Dashboard:
    """It leaves the lists and all start pages; the record keeps it."""
    _refuse_strangers(dashboard, by)
    dashboard.withdrawn, dashboard.shared = True, False
    dashboard.save()
    for pin in Pin.objects.filter(dashboard=dashboard):
        pin.delete()
    return dashboard


def in_force(dashboard: Dashboard) -> Text | None:
    return _("It is no longer in force.") if dashboard.withdrawn else None


@act("explore.pin", _("Put on my start page"), done=_("{by} put {dashboard} on the start page"), when=in_force)
def pin_dashboard(dashboard: Dashboard, *, by: Person) -> Pin:
    """Answers the pin that is there when it is pinned already."""
    pin = Pin.objects.filter(person=by, dashboard=dashboard).first()
    if pin is None:
        pin = Pin(person=by, dashboard=dashboard)
        pin.save()
    return pin


@act("explore.unpin", _("Take off my start page"), done=_("{by} took {dashboard} off the start page"))
def unpin_dashboard(dashboard: Dashboard, *, by: Person) -> Dashboard:
    """Nothing happens when it was not there."""
    for pin in Pin.objects.filter(person=by, dashboard=dashboard):
        pin.delete()
    return dashboard


@act(
    "explore.export",
    _("Export figures"),
    done=_("{by} exported {rows} rows of {what} as {kind}"),
    doors=frozenset(),
)
def export_figures(
    *,
    by: Person,
    what: Annotated[str, Arg(label=_("What"), min=1, max=300)],
    address: Address,
    rows: Annotated[int, Arg(label=_("Rows"), min=0, max=MOST_ROWS)],
    kind: Annotated[str, Arg(label=_("Kind of file"), max=4)],
) -> None:
    """Record that somebody took figures or rows out, and by which question. Refused for files but CSV and Excel."""
    if kind not in FILES:
        raise Refused(_t("Figures can be exported as CSV or as Excel."))


def _refuse_strangers(dashboard: Dashboard, by: Person) -> None:
    """`when` has seen to it that the dashboard is a person's."""
    if dashboard.owner_id != by.pk:
        raise Forbidden(_t("This dashboard is somebody else's."))
