"""The analysts' page: tables at the side, a statement, its rows and their picture; what was asked; what is kept."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opsloop.base.files.keep import store
from opsloop.base.people.models import Person
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import NotFound, Refused
from opsloop.data.sql import asking, checking, relations, results
from opsloop.data.sql.actions import export_result
from opsloop.data.sql.lists import Queries
from opsloop.data.sql.models import Run, SavedQuery
from opsloop.data.sql.running import read_columns
from opsloop.ui.forms import ActForm
from opsloop.ui.lists import list_page
from opsloop.ui.page import PersonRequest, page

LAST = 100


@require_http_methods(["GET", "HEAD", "POST"])
@page(act="sql.ask")
def editor(request: PersonRequest) -> HttpResponse:
    """Ask. A question is posted, and its answer has an address that can be opened again by whoever asked."""
    if request.method == "POST":
        query = _query(request.person, request.POST.get("query", ""))
        text = request.POST.get("text", "").replace("\r\n", "\n")
        run = asking.ask(request.person, text, at=_number(request.POST.get("at", "")), query=query)
        return redirect(run.get_absolute_url())
    return _asked(request, _run(request.person, request.GET["run"]) if "run" in request.GET else None)


def _asked(request: PersonRequest, run: Run | None) -> HttpResponse:
    """The page with what was run, a kept query to run, or nothing yet."""
    query = run.query if run is not None else _query(request.person, request.GET.get("query", ""))
    context = {
        "run": run,
        "query": query,
        "text": run.text if run else query.text if query else request.GET.get("text", "")[: checking.LONGEST],
        "at": run.at if run else None,
        "tables": relations.catalogue(request.person),
        "shown": results.shown(run) if run is not None and run.has_rows else None,
        "most": results.SHOWN,
        "save": _save_link(run),
        "hands": can(request.person, "requests.deliver"),
    }
    return render(request, "sql/editor.html", context)


def _save_link(run: Run | None) -> str:
    """The form that keeps what was run."""
    return f"{reverse('sql:keep')}?run={run.pk}" if run is not None and not run.fault else ""


@require_http_methods(["GET", "HEAD", "POST"])
@page(act="sql.save")
def keep(request: PersonRequest) -> HttpResponse:
    """Keep what was run: one's own query anew, or a new one."""
    run = _run(request.person, request.GET.get("run", ""))
    query = run.query
    own = query is not None and query.owner_id == request.person.pk and not query.archived_at
    sent = request.POST if request.method == "POST" else None
    start = {"text": run.text} | ({"title": query.title, "note": query.note} if query is not None else {})
    act = "sql.correct" if own else "sql.save"
    form = ActForm(act, request.person, query if own else None, sent, start=start)
    if sent is not None and form.submit():
        return redirect(form.result.get_absolute_url())
    return render(request, "sql/keep.html", {"form": form, "own": own}, status=422 if sent is not None else 200)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _run(person: Person, pk: str | int) -> Run:
    """One's own run. Raises NotFound for everybody else's."""
    number = _number(str(pk))
    found = Run.objects.select_related("query").filter(person=person, pk=number).first() if number else None
    if found is None:
        raise NotFound(_t("There is no such query result."))
    return found


def _query(person: Person, pk: str) -> SavedQuery | None:
    number = _number(pk)
    if number is None:
        return None
    found = visible(person, SavedQuery).filter(pk=number).first()
    if found is None:
        raise NotFound(_t("There is no such query."))
    return found


@require_POST
@page(act="sql.ask")
def export(request: PersonRequest, pk: int) -> HttpResponseBase:
    """All rows of one's own result as a file; that they were taken is in the ledger."""
    run, kind = _run(request.person, pk), request.POST.get("kind", "")
    content_type = results.content_type(kind)
    if not run.has_rows:
        raise NotFound(_t("The rows are no longer kept; run it again."))
    if kind == "xlsx" and run.rows > results.MOST_SHEET:
        raise Refused(_t("For more than {n} rows take CSV.").format(n=results.MOST_SHEET))
    tables = checking.parsed(run.text, relations.known(request.person, run.at).get).relations
    export_result(by=request.person, run=run.pk, tables=asking.tables_text(tables), rows=run.rows, kind=kind)
    columns = read_columns(run.file)
    body: Any = results.csv_lines if kind == "csv" else results.sheet
    made = body(columns, results.rows_of(run))
    title = run.query.title if run.query else _t("Query")
    name = f"{title}-{timezone.localtime():%Y%m%d-%H%M}.{kind}"
    if "hand" in request.POST:
        return _handed(request, name, made, content_type)
    whole = {"csv": StreamingHttpResponse, "xlsx": HttpResponse}[kind]
    answer: HttpResponseBase = whole(made, content_type=content_type)
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


def _handed(request: PersonRequest, name: str, made: Any, content_type: str) -> HttpResponse:
    """Put the file on the shelf and go where the request is chosen that it answers."""
    body = made if isinstance(made, bytes) else b"".join(made)
    stored = store(SimpleUploadedFile(name, body, content_type), request.person)
    return redirect(f"{reverse('requests:queue')}?file={stored.pk}")


@require_safe
@page(act="sql.ask")
def history(request: PersonRequest) -> HttpResponse:
    """What one asked lately, how it ended, and back to it."""
    runs = Run.objects.filter(person=request.person).select_related("query").order_by("-pk")[:LAST]
    return render(request, "sql/history.html", {"runs": runs})


@page(act="sql.ask")
def saved(request: PersonRequest) -> HttpResponse:
    return list_page(request, Queries, template="sql/saved.html")


@require_safe
@page(act="sql.ask")
def query_page(request: PersonRequest, pk: int) -> HttpResponse:
    """One kept query: what it answers, its text, who may see it, when it runs, what came of it."""
    found = _query(request.person, str(pk))
    runs = Run.objects.filter(person=request.person, query=found).order_by("-pk")[:20]
    own = found is not None and found.owner_id == request.person.pk
    address = reverse("sql:editor") + f"?query={pk}"
    feed = request.build_absolute_uri(reverse("sql:rows", args=[pk]))
    return render(
        request, "sql/query.html", {"query": found, "runs": runs, "own": own, "address": address, "feed": feed}
    )
