"""One case: to be worked on by those whose turn it is, to be followed by the others."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_http_methods

from opsloop.base.inbox.api import mark_read_about
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import Forbidden, NotFound, Refused
from opsloop.engine.cases.models import Case, CaseState
from opsloop.engine.cases.pages.form import StepForm
from opsloop.engine.cases.pages.history import Line
from opsloop.engine.cases.pages.shown import Shown
from opsloop.engine.cases.pages.step import Now, form_of, now_at
from opsloop.engine.cases.pages.wishes import TOLD_APART, wishes
from opsloop.ui.page import PersonRequest, page

TONES = {
    CaseState.RUNNING: "blue", CaseState.SUSPENDED: "orange", CaseState.DONE: "green", CaseState.REJECTED: "red",
    CaseState.CANCELLED: "secondary", CaseState.WITHDRAWN: "secondary", CaseState.NEW: "secondary",
}  # fmt: skip
NEWEST = 5


def one(request: PersonRequest, pk: int) -> Case:
    """The case, if the person may see it. Raises NotFound."""
    rows = visible(request.person, Case).select_related("edition", "initiator", "department", "parent")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound(_t("There is no such case."))
    return found


def number(text: str | None) -> int | None:
    """A number of the address; None for anything else."""
    return int(text) if text and text.isdecimal() and len(text) < 10 else None


@require_http_methods(["GET", "HEAD", "POST"])
@page(see="cases")
def case_page(request: PersonRequest, pk: int) -> HttpResponse:
    """A POST finishes or approves the step that it names."""
    case = one(request, pk)
    if request.method == "POST":
        return _post(request, case)
    mark_read_about(request.person, case)
    shown = Shown(case, request.person)
    turn = shown.turn(number(request.GET.get("item")))
    return _page(request, shown, now_at(shown, turn) if turn else None)


def _post(request: PersonRequest, case: Case) -> HttpResponse:
    shown = Shown(case, request.person)
    item = number(request.POST.get("item"))
    turn = next((one for one in shown.reader.turns if one.item.no == item), None)
    if turn is None:
        return _too_late(request, shown, item)
    if turn.why or turn.helping:
        raise Forbidden(turn.why or _t("It was given to you for help; give it back with your word."))
    if turn.item.paused is not None:
        raise Refused(_t("This step is paused; resume it first."))
    form = form_of(shown, turn, request.POST, request.FILES)
    if form.submit("cases.approve" if turn.decides else "cases.complete", {"item": item}, case):
        said = _t("Approved: {step}") if turn.decides else _t("Done: {step}")
        messages.success(request, said.format(step=shown.titles.get(turn.item.node, turn.item.node)))
        return redirect(case.get_absolute_url())
    return _again(request, case, turn.item.no, form)


def _too_late(request: PersonRequest, shown: Shown, item: int | None) -> HttpResponse:
    """The second of two clicks, or somebody was faster: the page says how it stands now."""
    done = shown.reader.state.items.get(item or 0)
    if done is not None and done.by == request.person.pk:
        messages.success(request, _t("This is done already."))
        return redirect(shown.case.get_absolute_url())
    messages.error(request, _t("This is no longer yours to do; the page shows how it stands now."))
    return _page(request, shown, _first(shown), status=409)


def _again(request: PersonRequest, case: Case, item: int, form: StepForm) -> HttpResponse:
    """The same page with what was filled in and why it was not taken."""
    shown = Shown(one(request, case.pk), request.person)
    turn = next((one for one in shown.reader.turns if one.item.no == item), None)
    if turn is None:
        return _too_late(request, shown, item)
    return _page(request, shown, now_at(shown, turn, form), status=422)


def _first(shown: Shown) -> Now | None:
    turn = shown.turn(None)
    return now_at(shown, turn) if turn else None


def _folded(lines: Sequence[Line]) -> tuple[Sequence[Line], Sequence[Line]]:
    """Whoever has a step before them sees the newest lines, and below them one that opens the others."""
    return (lines[:NEWEST], lines[NEWEST:]) if len(lines) > NEWEST + 3 else (lines, ())


def _page(request: PersonRequest, shown: Shown, now: Now | None, status: int = 200) -> HttpResponse:
    context = {
        "shown": shown, "case": shown.case, "now": now, "tone": TONES[CaseState(shown.case.status)],
        "turns": shown.reader.turns, "live": shown.reader.live, "reader": shown.reader,
        "clock": shown.case_clock, "sheet": shown.picture, "wishes": wishes(shown.case, request.person),
        "wishes_label": TOLD_APART, "story": _folded(shown.history) if now else (shown.history, ()),
    }  # fmt: skip
    return render(request, "cases/case.html", context, status=status)
