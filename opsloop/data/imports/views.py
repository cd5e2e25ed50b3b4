"""导入: bring a file, see for which source it is, map its columns, try it, load it. Every step survives a reload."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_POST, require_safe

from opsloop.base.acts import Refused
from opsloop.base.files.shelf import limit_bytes
from opsloop.base.jobs.models import Job, JobState
from opsloop.base.jobs.queries import worker_stopped
from opsloop.base.kinds.authoring import Standing, author
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import NotFound
from opsloop.data.imports import actions
from opsloop.data.imports.brought import asks_again, fresh, open_one, own, waiting
from opsloop.data.imports.findings import Found, look_of, looked, tried
from opsloop.data.imports.fitting import Fit, differs, fit, fits
from opsloop.data.imports.looking import Look
from opsloop.data.imports.models import Import, State
from opsloop.data.imports.proposing import matches
from opsloop.data.imports.trying import Trial
from opsloop.data.sources.actions import forget_headings
from opsloop.data.sources.definition import definition_of
from opsloop.data.sources.models import Load, LoadState, Source
from opsloop.data.sources.remembering import Called, refuse_unfit
from opsloop.ui.formkit.uploads import keep
from opsloop.ui.page import PersonRequest, page

RECENT = 12
TAKES = ".csv,.tsv,.txt,.xlsx,.json,.jsonl,.ndjson,.parquet,.gz"


@page(act="imports.begin")
def upload_page(request: PersonRequest) -> HttpResponse:
    """Choose the file; what was begun stands beside."""
    error = ""
    if request.method == "POST":
        try:
            return _brought(request)
        except Refused as no:
            error = str(no.text)
    mine = Import.objects.filter(person=request.person).select_related("source", "load")
    begun = list(mine.exclude(state__in=(State.DONE, State.GIVEN_UP))[:RECENT])
    ended = list(mine.filter(state=State.DONE)[:RECENT])
    context = {
        "error": error, "begun": begun, "ended": ended, "takes": TAKES, "most": limit_bytes() // 1024**2
    }  # fmt: skip
    return render(request, "imports/upload.html", context, status=422 if error else 200)


def _brought(request: PersonRequest) -> HttpResponse:
    """Keep what was sent and look at it; a file that cannot be read is told at once, and is let go."""
    sent = request.FILES.get("file")
    if sent is None:
        raise Refused(_t("Choose a file first."))
    stored = keep(sent, request.person)
    name = str(stored.uploads.get(person=request.person).name)
    brought = actions.begin(by=request.person, stored=stored, name=name)
    found = looked(brought, request.person)
    if found.fault:
        if not brought.skip and not brought.sheet:
            actions.give_up(brought, by=request.person)
        raise Refused(found.fault)
    return redirect("imports:choose", brought.pk)


@require_safe
@page(act="imports.begin")
def choose_page(request: PersonRequest, pk: int) -> HttpResponse:
    """For which source is it? A known export, a source whose columns it has, or a new one."""
    brought = own(request, pk)
    if brought.state != State.OPEN:
        return redirect("imports:run", pk)
    brought = open_one(request, pk)
    found = looked(brought, request.person)
    if found.waits:
        return waiting(request, brought, found, "choose")
    if asks_again(request):
        return fresh()
    context: dict[str, Any] = {"brought": brought, "fault": found.fault}
    if found.result is not None:
        look = Look.read(found.result)
        context |= {
            "look": look, "table": _table(look), "fits": fits(request.person, look.headings),
            "matches": matches(look)[:3], "makes": can(request.person, "playbook.draft"),
            "failed": brought.load if brought.load_id else None,
        }  # fmt: skip
    return render(request, "imports/choose.html", context, status=422 if found.fault else 200)


def _table(look: Look) -> list[list[tuple[str, str]]]:
    """The first rows, each cell with its heading for narrow screens."""
    return [list(zip(look.headings, row, strict=True)) for row in look.first[:10]]


@require_POST
@page(act="imports.read_as")
def read_page(request: PersonRequest, pk: int) -> HttpResponse:
    """Another sheet, or another line of headings."""
    brought = open_one(request, pk)
    line = request.POST.get("line", "").strip()
    if line and not (line.isdecimal() and 1 <= int(line) <= 1001):
        raise Refused(_t("The line of the headings is a number from 1 to 1001."))
    actions.read_as(
        brought, by=request.person, skip=int(line) - 1 if line else 0, sheet=request.POST.get("sheet", "")[:100]
    )
    return redirect("imports:choose", pk)


def _source(request: PersonRequest, ident: str) -> Source:
    source = visible(request.person, Source).filter(ident=ident, withdrawn=False).first()
    if source is None:
        raise NotFound(_t("There is no such data source."))
    return source


@page(act="imports.choose")
def map_page(request: PersonRequest, pk: int, ident: str) -> HttpResponse:
    """Which heading is which column of the source: remembered, by name, or proposed for what was renamed."""
    brought, source = open_one(request, pk), _source(request, ident)
    look = look_of(brought, request.person)
    if look is None:
        return redirect("imports:choose", pk)
    one, error = fit(source, look.headings), ""
    chosen = {pair.column: pair.heading for pair in one.pairs}
    if brought.source_id == source.pk and brought.columns:
        chosen |= brought.columns
    if request.method == "POST" and request.POST.get("do") == "forget":
        if one.said is not None:
            forget_headings(one.said, by=request.person)
        return redirect("imports:map", pk, ident)
    if request.method == "POST":
        chosen = {pair.column: request.POST.get(f"column-{pair.column}", "") for pair in one.pairs}
        try:
            return _mapped(request, brought, source, look, chosen)
        except Refused as no:
            error = str(no.text)
    context = {
        "brought": brought, "source": source, "look": look, "fit": one, "rows": _rows(one, look, chosen),
        "error": error, "left": [h for h in look.headings if h not in chosen.values()],
    }  # fmt: skip
    return render(request, "imports/map.html", context, status=422 if error else 200)


def _mapped(
    request: PersonRequest, brought: Import, source: Source, look: Look, chosen: dict[str, str]
) -> HttpResponse:
    refuse_unfit(source, look.headings, chosen)
    chose = bool(brought.skip or brought.sheet)
    said = chosen if chose or differs(source, look.headings, chosen) else {}
    columns = [Called(column, heading) for column, heading in said.items()]
    actions.choose(brought, by=request.person, source=source, columns=columns)
    return redirect("imports:try", brought.pk)


def _rows(one: Fit, look: Look, chosen: dict[str, str]) -> list[dict[str, Any]]:
    """Each column of the contract with its heading and what stands below it."""
    definition = definition_of(one.source)
    examples = {seen.heading: seen.examples for seen in look.columns}
    return [
        {
            "pair": pair, "column": definition.columns[pair.column], "heading": chosen[pair.column],
            "how": pair.how if chosen[pair.column] == pair.heading else "",
            "examples": examples.get(chosen[pair.column], ()), "key": pair.column in definition.key,
        }
        for pair in one.pairs
    ]  # fmt: skip


@page(act="imports.commit")
def try_page(request: PersonRequest, pk: int) -> HttpResponse:
    """What a load would do with each row; a POST commits it."""
    brought = open_one(request, pk)
    if brought.source is None and not brought.ident:
        return redirect("imports:choose", pk)
    error = ""
    if request.method == "POST":
        try:
            return _committed(request, brought)
        except Refused as no:
            error = str(no.text)
    found = tried(brought, request.person)
    if found.waits:
        return waiting(request, brought, found, "try")
    if asks_again(request):
        return fresh()
    context = {"brought": brought, "error": error, "fault": found.fault, **_told(request, brought, found)}
    return render(request, "imports/try.html", context, status=422 if error or found.fault else 200)


def _committed(request: PersonRequest, brought: Import) -> HttpResponseRedirect:
    look = look_of(brought, request.person)
    actions.commit(brought, by=request.person, headings=list(look.headings) if look else [])
    return redirect("imports:run", brought.pk)


def _told(request: PersonRequest, brought: Import, found: Found) -> dict[str, Any]:
    """The trial, and for a new source the file that it makes and who will publish it."""
    out: dict[str, Any] = {"trial": Trial.read(found.result) if found.result is not None else None}
    if trial := out["trial"]:
        columns = definition_of(brought.source).columns if brought.source else {}
        titles = {name: one.title or name for name, one in columns.items()}
        titles |= {name: one.get("title", name) for name, one in brought.definition.get("columns", {}).items()}
        out["heads"] = [titles.get(name, name) for name in trial.heads]
        out["titles"] = titles
        out["table"] = [list(zip(out["heads"], row, strict=True)) for row in trial.first[:10]]
    if brought.source is not None:
        out["same"] = Load.objects.filter(
            source=brought.source, sha256=brought.sha256, state=LoadState.LOADED, repairs=None
        ).first()
        return out
    out["text"] = author().compose("source", brought.definition)
    out["publishes"] = can(request.person, "playbook.publish") and can(request.person, "playbook.propose")
    out["proposes"] = can(request.person, "playbook.propose")
    return out


@page(act="imports.begin")
def run_page(request: PersonRequest, pk: int) -> HttpResponse:
    """How far it is, and what became of it. A POST opens one again that cannot go on."""
    brought = own(request, pk)
    if request.method == "POST":
        actions.reopen(brought, by=request.person)
        return redirect("imports:choose", pk)
    if brought.state == State.OPEN:
        return redirect("imports:choose", pk)
    job = Job.objects.filter(task=actions.LOAD, args=f'{{"brought": {pk}}}').order_by("-pk").first()
    at_it = brought.state == State.LOADING and (job is None or job.state in (JobState.WAITING, JobState.RUNNING))
    put = author().standing(brought.publication) if brought.publication else None
    context = {
        "brought": brought, "job": job, "at_it": at_it, "stopped": at_it and worker_stopped(),
        "broken": brought.state == State.LOADING and not at_it, "put": put,
        "refused": put is not None and put.standing in (Standing.REJECTED, Standing.WITHDRAWN),
        "error": job.error.splitlines()[0] if job is not None and job.error else "",
        "load": visible(request.person, Load).select_related("source").filter(pk=brought.load_id or 0).first(),
    }  # fmt: skip
    inside = request.headers.get("HX-Target", "").endswith("#import-run")
    return render(request, "imports/run_state.html" if inside else "imports/run.html", context)


@require_POST
@page(act="imports.give_up")
def give_up_page(request: PersonRequest, pk: int) -> HttpResponse:
    """Nothing of it is loaded."""
    actions.give_up(own(request, pk), by=request.person)
    return redirect("imports:upload")
