"""改进项: the loop board, the list, one finding, and the weekly triage."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_http_methods, require_safe

from opsloop.base.acts import Call, each
from opsloop.base.acts.about import ref
from opsloop.base.inbox.api import mark_read_about
from opsloop.base.people.models import Position
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import NotFound
from opsloop.engine.assignments.models import Assignment
from opsloop.engine.findings import board as boards
from opsloop.engine.findings import story, triaging
from opsloop.engine.findings.actions.triaging import posts
from opsloop.engine.findings.hands import loads
from opsloop.engine.findings.lists import OUTCOMES, TONES, Findings
from opsloop.engine.findings.models import Finding
from opsloop.engine.findings.queries import evidence_of, sources_of, tasks
from opsloop.engine.findings.words import Ground, Origin, Outcome, State, Way
from opsloop.playbook.reasons import led_to
from opsloop.ui.lists import list_page
from opsloop.ui.page import PersonRequest, page


@require_safe
@page(see="findings")
def board(request: PersonRequest) -> HttpResponse:
    """Where each finding stands, and whether the circle turns."""
    asked = boards.Asked.of(request.GET)
    columns = boards.columns(request.person, asked)
    held = Position.objects.filter(pk__in=visible(request.person, Finding).values("owner")).order_by("title")
    context = {
        "columns": columns, "asked": asked, "figures": boards.figures(request.person, asked), "origins": Origin.choices,
        "posts": held, "narrowed": request.GET.urlencode(), "empty": not any(one.count for one in columns),
        "may_triage": can(request.person, "findings.triage"),
    }  # fmt: skip
    return render(request, "findings/board.html", context)


@page(see="findings")
def finding_list(request: PersonRequest) -> HttpResponse:
    return list_page(request, Findings, template="findings/list.html")


@require_safe
@page(see="findings")
def finding_page(request: PersonRequest, pk: int) -> HttpResponse:
    """Its story: seen, decided, done, verified; with the figures behind it and the picture before and after."""
    finding = _one(request, pk)
    mark_read_about(request.person, finding)
    evidence = list(evidence_of(finding))
    known = story.titles([finding.metric, *(row.metric for row in evidence)], request.person)
    newest = finding.measurements.first() if finding.way == Way.METRIC else None
    metric = known.get(finding.metric)
    given = [one.pk for one in tasks([finding])[finding.pk]]
    context = {
        "one": finding, "tone": TONES[State(finding.state)], "sources": sources_of(finding), "about": ref(finding),
        "outcome_tone": OUTCOMES[Outcome(finding.outcome)] if finding.outcome else "",
        "merged": visible(request.person, Finding).filter(merged_into=finding).order_by("number"),
        "figures": story.lines(evidence, known), "metric": metric, "measurement": newest,
        "said": story.said(finding, newest) if newest else "", "interval": story.figures(newest) if newest else "",
        "chart": story.picture(finding, newest, metric.title if metric else finding.metric, story.look(metric)),
        "led": led_to(finding, request.person), "may_draft": can(request.person, "playbook.draft"),
        "told_apart": "playbook.",
        "tasks": visible(request.person, Assignment).filter(pk__in=given).order_by("due_at"),
    }  # fmt: skip
    return render(request, "findings/finding.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(act="findings.triage")
def triage(request: PersonRequest, pk: int | None = None) -> HttpResponse:
    """One after the other: take on with owner and day, merge, or close with a reason; each a press of a button."""
    waiting = triaging.queue(request.person)
    finding = waiting.filter(pk=pk).first() if pk is not None else waiting.first()
    if request.method == "POST" and finding is not None:
        return _press(request, finding)
    if pk is not None and finding is None:
        _one(request, pk)  # one that is triaged already leads on, one that is not seen is not there
        return redirect("findings:triage")
    context: dict[str, object] = {
        "one": finding,
        "queue": list(waiting[:50]),
        "count": waiting.count(),
        "grounds": Ground.choices,
    }
    if finding is not None:
        context |= _offers(request, finding)
    return render(request, "findings/triage.html", context)


def _offers(request: PersonRequest, finding: Finding) -> dict[str, object]:
    evidence = list(evidence_of(finding))
    known = story.titles((row.metric for row in evidence), request.person)
    return {
        "sources": sources_of(finding), "figures": story.lines(evidence, known),
        "loads": loads(posts(request.person).order_by("title")),
        "due": story.proposed_due(finding, timezone.localdate()), "alike": triaging.alike(finding, request.person),
        "age": boards.age(finding),
    }  # fmt: skip


def _press(request: PersonRequest, finding: Finding) -> HttpResponse:
    """The act of the button; what it refuses is said, and the same finding stays."""
    here = redirect(reverse("findings:triage-one", args=[finding.pk]))
    said = triaging.asked(request.POST)
    if said is None:
        messages.error(request, _t("Press one of the buttons."))
        return here
    name, values = said
    call = Call(by=request.person, via="page", key=request.POST.get("key") or None)
    outcome = next(iter(each(name, [(finding.pk, values)], call)))
    if outcome.error is not None:
        messages.error(request, str(outcome.error))
        return here
    done = {"findings.triage": _t("Taken on: {finding}"), "findings.merge": _t("Merged: {finding}")}
    messages.success(request, done.get(name, _t("Not pursued: {finding}")).format(finding=finding))
    return redirect("findings:triage")


def _one(request: PersonRequest, pk: int) -> Finding:
    rows = visible(request.person, Finding).select_related(
        "owner", "person", "department", "raised_by", "triaged_by", "decided_by", "done_by", "verified_by", "waived_by",
        "merged_into", "excepted_by",
    )  # fmt: skip
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound(_t("There is no such finding."))
    return found
