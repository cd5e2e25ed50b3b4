"""Every address of the product with values in it, and what the oracle expects there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django.db.models import Model
from django.urls import NoReverseMatch, Resolver404, URLPattern, URLResolver, get_resolver, resolve, reverse

from opsloop.base.acts import registry as every
from opsloop.base.acts.doors.shown import all_shown
from opsloop.base.files.models import Attachment, Stored
from opsloop.base.inbox.models import Notice
from opsloop.base.jobs.models import Job, Outbox, Schedule
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Appointment, Department, Erasure, Person
from opsloop.base.policy.scopes import scope_of
from opsloop.connectors.channels.models import Channel
from opsloop.data.explore.models import Dashboard
from opsloop.data.imports.models import Import
from opsloop.data.lake.models import Snapshot
from opsloop.data.reconciliation.models import Control
from opsloop.data.requests.models import Request
from opsloop.data.sources.models import Load, Source
from opsloop.data.sql.models import SavedQuery
from opsloop.data.submissions.models import Submission
from opsloop.engine.cases.models import Case
from opsloop.engine.findings.models import Finding
from opsloop.engine.sops.models import Sop
from opsloop.modules.reports.models import Edition
from opsloop.playbook.models import Draft, Publication
from opsloop.ui.models import Export
from opsloop.ui.page import Page
from tests.matrix.numbers import DAY
from tests.matrix.oracle import Row
from tests.matrix.product import registry
from tests.matrix.things import Thing, Things

API = "api/"
FOR_PROGRAMS = frozenset({"sql:snapshot"})
"""Open without a session, to who brings a token; to a session as SQL is."""
NEEDS_MORE = frozenset({"sources:aside-sheet", "lake:compare", "reports:write", "reports:check", "reports:compare",
                        "sops:import-map"})  # fmt: skip
"""Nothing there without rows aside, an earlier version or edition, a draft, or a Word file that one brought."""
POSTED = frozenset({"attach", "sql:keep", "signin:end_session", "signin:enter", "api:api-root", "sql:export",
                    "imports:read", "imports:give_up", "channels:test", "notes:send", "audits:file"})  # fmt: skip
"""Nothing is shown here by itself: POST only (attaching and keeping a query are tried as acts), and the door's name
for its root."""
FEEDS = frozenset({"sql:table", "sql:rows", "sql:metric"})
"""Programs come here with a token; their tests are in data/sql."""
KEYED = frozenset({"signin:set_password", "openid_connect_login", "openid_connect_callback"})
"""The value in the address is a secret of its own or a sign-in server's name; their tests are in ui/signin."""
ALIKE = frozenset({"playbook:whole", "playbook:contents", "api:openapi"})
"""Large pages that show the same to all who may open them."""
BOOK = frozenset({"playbook:kinds", "playbook:kind", "playbook:schema"})
"""Of the book only the manual of how its files are written is for everyone signed in."""


@dataclass(frozen=True)
class Route:
    """One pattern. `page` is what its view declares, None in the API."""

    at: str
    name: str
    page: Page | None
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class Address:
    """One address to open. row: the thing it shows; acts: acts that it needs; noun: the noun that it needs."""

    url: str
    route: Route
    row: Row | None = None
    act: str | None = None
    reach: bool = False
    noun: str | None = None


def routes() -> list[Route]:
    """Every pattern of the product."""
    return list(_routes(get_resolver(), "", ""))


def _routes(resolver: URLResolver, at: str, space: str) -> Iterator[Route]:
    for one in resolver.url_patterns:
        here = at + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _routes(one, here, f"{space}{one.namespace}:" if one.namespace else space)
        elif isinstance(one, URLPattern):
            page = getattr(one.callback, "page", None)
            yield Route(here, f"{space}{one.name}", page, tuple(one.pattern.converters))


def silent(found: Iterable[Route]) -> list[str]:
    """Pages that do not say who may open them."""
    return [one.at for one in found if one.page is None and not one.at.startswith(API)]


OF_ONE: dict[str, type[Model]] = {
    "export-file": Export, "file": Attachment, "stored-file": Stored, "inbox:open": Notice, "people:person": Person,
    "people:rights": Person, "people:link": Person, "people:token": Person, "people:appointment": Appointment,
    "people:erasure": Erasure, "people:preview": Stored, "people:errors": Stored, "people:run": Job,
    "departments:department": Department, "sql:query": SavedQuery,
    "requests:request": Request, "ledger:entry": Entry, "lake:version": Snapshot, "submissions:check": Submission,
    "jobs:job": Job, "jobs:state": Job, "jobs:schedule": Schedule, "jobs:letter": Outbox,
    "explore:tiles": Dashboard, "reconciliation:cause": Control, "sources:decide": Load, "imports:choose": Import,
    "reports:files": Edition,
    "channels:readdress": Channel, "channels:takes": Channel, "findings:triage-one": Finding,
    "cases:do": Case, "cases:correct": Case,
}  # fmt: skip
"""Pages of one row by its id; rows that say their own address are found by it."""
FIXED = {
    "inbox:rule": "/inbox/rules/*/", "metrics:section": "/metrics/section/key/",
    "sops:edit": "/sops/complaint/edit/",
}  # fmt: skip
"""Pages whose word in the address is no row's."""
OF_NAMED: dict[str, type[Model]] = {
    "sources:day": Source, "sources:aside": Source, "sources:aside-check": Source, "sources:aside-repair": Source,
    "sources:aside-dismiss": Source, "sources:aside-bulk": Source, "sources:aside-sheet": Source,
    "sources:aside-upload": Source, "cases:begin": Sop, "cases:code": Sop, "cases:versions": Sop,
}  # fmt: skip
"""Pages of one row by its published id, perhaps with a day."""
OF_TWO: dict[str, tuple[type[Model], type[Model]]] = {"requests:deliver": (Request, Stored)}
"""Pages of one row with something of one's own."""
FOR_SOURCES = frozenset(
    {
        "reconciliation:month",
        "reconciliation:enter",
        "reconciliation:paste",
        "imports:map",
        "imports:new",
        "imports:try",
        "imports:run",
        "sources:work",
    }
)
"""For sources with a control figure or with files; the standard alone has none, so there is no such page."""
OWN_TOO = frozenset({"jobs:job", "jobs:state", "people:token"})
"""What one asked for or is, whatever one's position sees."""
WHOLE = {"ledger:chain": "ledger"}
"""Pages about all rows of a noun at once, for those who see all of it."""
OWN_ONLY = frozenset({"people:preview", "people:errors", "people:run"})
"""One's own upload and what became of it, whatever one's position sees of others'."""
STRICTER = frozenset({
    "people:link", "people:token", "people:preview", "people:errors",
    "cases:do", "cases:correct", "cases:begin", "cases:code", "cases:versions",
})  # fmt: skip
"""Pages with a rule of their own besides; who sees the row may still be refused."""


def _acts(route: Route, things: Things) -> Iterator[Address]:
    """/act/<name>/ and /act/<name>/<id>/: the form of every act."""
    for name, act in registry.items():
        if "page" not in act.doors:
            continue
        if act.subject is None:
            if "pk" not in route.arguments:
                yield Address(f"/act/{name}/", route, act=name)
        elif act.subject.many:
            if "pk" not in route.arguments:
                thing = things[act.subject.type]
                yield Address(f"/act/{name}/?_on={thing.obj.pk}", route, thing.row, name, reach=True)
        elif "pk" in route.arguments:
            thing = things[act.subject.type]
            yield Address(f"/act/{name}/{thing.obj.pk}/", route, thing.row, name, reach=True)


def _picks(route: Route, things: Things) -> Iterator[Address]:
    """/pick/<act>/<argument>/: what may be chosen in a form."""
    for name, act in registry.items():
        for p in act.params:
            if "page" in act.doors and p.is_model:
                on = things[act.subject.type] if act.subject else None
                url = f"/pick/{name}/{p.name}/" + (f"?_on={on.obj.pk}" if on else "")
                yield Address(url, route, on.row if on else None, name, reach=on is not None)


def _one(route: Route, thing: Thing) -> Iterator[Address]:
    row = replace(thing.row, always=thing.row.owners) if route.name in OWN_TOO else thing.row
    if route.name in OWN_ONLY:
        row = Row(always=thing.row.always | thing.row.owners)
    yield Address(reverse(route.name, args=[thing.obj.pk]), route, row)


def _two(route: Route, thing: Thing, other: Thing) -> Iterator[Address]:
    row = Row(all_of=(thing.row, Row(always=other.row.always)))
    yield Address(reverse(route.name, args=[thing.obj.pk, other.obj.pk]), route, row)


def _named(route: Route, thing: Thing) -> Iterator[Address]:
    words = {"ident": thing.obj.ident, "day": DAY.isoformat()}  # type: ignore[attr-defined]
    yield Address(reverse(route.name, kwargs={name: words[name] for name in route.arguments}), route, thing.row)


def _api(route: Route, things: Things) -> Iterator[Address]:
    """/api/<list>/<id>/ by the list's model; acts answer no GET."""
    for one in all_shown():
        if route.name == f"api:{one.at}-one":
            thing = things[one.model]
            scope = scope_of(one.model)
            noun = scope.noun if scope is not None and scope.through is None else None
            yield Address(f"/api/{one.at}/{thing.obj.pk}/", route, thing.row, noun=noun)


def _of_models(route: Route, things: Things) -> Iterator[Address] | None:
    if route.name in OF_ONE:
        return _one(route, things[OF_ONE[route.name]])
    if route.name in OF_NAMED:
        return _named(route, things[OF_NAMED[route.name]])
    if route.name in OF_TWO:
        return _two(route, *(things[model] for model in OF_TWO[route.name]))
    return None


def _special(route: Route, things: Things) -> Iterator[Address] | None:
    """Addresses whose values are no row's id."""
    if route.name == "act":
        return _acts(route, things)
    if route.name == "pick":
        return _picks(route, things)
    if route.name in POSTED | KEYED | FOR_SOURCES | FEEDS | NEEDS_MORE:
        return iter(())
    if (found := _of_models(route, things)) is not None:
        return found
    if route.name in FIXED:
        return iter((Address(FIXED[route.name], route),))
    if route.at.startswith(API):
        return _api(route, things)
    if route.name == "playbook:publication":
        shown = things[Publication]
        return iter((Address(f"/playbook/-/publications/{shown.obj.number}/", route, shown.row, noun="playbook"),))  # type: ignore[attr-defined]
    if route.name.startswith("playbook:"):
        words = {"kind": "position", "ident": "buyer", "number": 1}
        url = reverse(route.name, kwargs={name: words[name] for name in route.arguments})
        return iter((Address(url, route, noun=noun_of(route)),))
    return None


def by_their_pages(things: Things) -> dict[str, list[tuple[str, Row]]]:
    """route -> addresses of rows that have a page of their own."""
    found: dict[str, list[tuple[str, Row]]] = {}
    for thing in things.values():
        for url in _urls(thing.obj):
            try:
                found.setdefault(resolve(url.partition("?")[0]).route, []).append((url, thing.row))
            except Resolver404:
                continue
    return found


def _urls(obj: Model) -> Iterator[str]:
    known = getattr(obj, "get_absolute_url", None)
    if known is None or isinstance(obj, Draft):  # a draft's address is the file's editor
        return
    try:
        yield str(known())
    except NoReverseMatch:
        return


def addresses(found: list[Route], things: Things) -> tuple[list[Address], list[str]]:
    """(what to open for these things, patterns with values that nobody has told the matrix about)."""
    out: list[Address] = []
    unknown: list[str] = []
    pages = by_their_pages(things)
    for route in found:
        if not route.arguments:
            out += _plain(route)
            continue
        made = _special(route, things)
        if made is not None:
            out += made
        elif route.at in pages:
            out += [Address(url, route, row) for url, row in pages[route.at]]
        else:
            unknown.append(route.at)
    return out, unknown


def noun_of(route: Route) -> str | None:
    """What a page shows whatever its view declares: the book shows the book."""
    return "playbook" if route.name.startswith("playbook:") and route.name not in BOOK else None


def _plain(route: Route) -> list[Address]:
    """An address without values: once, and where one can search, once with the word that all marks begin with."""
    if route.name in POSTED or route.name.removeprefix("api:") in every:
        return []
    noun = noun_of(route)
    for one in all_shown():
        scope = scope_of(one.model)
        if route.name == f"api:{one.at}-list" and scope is not None and scope.through is None:
            noun = scope.noun
    url = f"/{route.at}"
    searched = route.name == "go" or "search" in route.at
    return [Address(url, route, noun=noun), *([Address(f"{url}?q=mk", route, noun=noun)] if searched else [])]
