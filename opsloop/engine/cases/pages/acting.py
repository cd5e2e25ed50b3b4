"""What a person may say to a case beside finishing its steps, each in the drawer as the act's own form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_http_methods

from opsloop.base.acts import Forbidden, registry
from opsloop.base.policy.rules import can
from opsloop.base.things.errors import NotFound
from opsloop.engine.cases import building
from opsloop.engine.cases.flow.commands import To
from opsloop.engine.cases.manners import May
from opsloop.engine.cases.models import Case
from opsloop.engine.cases.pages.desk import Reader
from opsloop.engine.cases.pages.form import Asks, StepForm
from opsloop.engine.cases.pages.hiding import hidden_from
from opsloop.engine.cases.pages.views import number, one
from opsloop.engine.cases.program import START
from opsloop.engine.cases.translated import said, step_titles
from opsloop.ui.formkit.actform import ActForm
from opsloop.ui.formkit.views import after, done_text
from opsloop.ui.page import PersonRequest, page
from opsloop.ui.reply import acted

ON_ITEM = frozenset({
    "begin_work", "claim", "delegate", "give_back", "hand_over", "pause_step", "read", "reject", "remove_signer",
    "resolve", "resume_step", "return", "take_back", "unclaim", "urge", "add_signers",
})  # fmt: skip
ON_CASE = frozenset({"cancel", "comment", "copy", "lower_level", "note", "resume", "skip", "suspend", "withdraw"})


@require_http_methods(["GET", "HEAD", "POST"])
@page(see="cases")
def do(request: PersonRequest, pk: int) -> HttpResponse:
    """?act=urge&item=3; without an act it is a comment."""
    case, verb = one(request, pk), request.GET.get("act", "comment")
    act = registry.get(f"cases.{verb}")
    if act is None or verb not in ON_ITEM | ON_CASE:
        raise NotFound(_t("There is no act {name}.").format(name=verb))
    if not can(request.person, act.name, case):
        raise Forbidden(_t("You may not do this: {act}").format(act=act.label))
    form = _form(request, case, verb, number(request.GET.get("item")))
    if request.method == "POST" and form.submit():
        return after(request, form)
    return _drawer(request, form, str(act.label), case)


def _form(request: PersonRequest, case: Case, verb: str, item: int | None) -> ActForm:
    given: dict[str, Any] = {}
    if verb in ON_ITEM:
        if item is None:
            raise NotFound(_t("There is no such work in this case any more."))
        given["item"] = item
    if verb == "note":
        given["step"] = request.GET.get("step", "")[:120]
    sent = request.method == "POST"
    form = ActForm(
        f"cases.{verb}", request.person, case, request.POST if sent else None, request.FILES if sent else None,
        given=given,
    )  # fmt: skip
    # a comment of somebody else must not make this stale: the state of the work decides, under the case's lock
    form.fields["_rev"].widget.attrs["disabled"] = True
    _choices(form, verb, case, request, item)
    return form


def _choices(form: ActForm, verb: str, case: Case, request: PersonRequest, item: int | None) -> None:
    """Ids are chosen by their titles."""
    if verb == "return":
        found = _returns(case, request, item)
        _select(form, "to", _t("To which step"), found)
    elif verb == "lower_level":
        file = said(case.edition)
        ids = [each.id for each in file.levels]
        below = file.levels[: ids.index(case.level)] if case.level in ids else ()
        _select(form, "level", _t("Level"), [(each.id, each.title) for each in below])
    elif verb == "skip":
        titles = step_titles(said(case.edition))
        reader = Reader(case, request.person)
        _select(form, "activation", _t("Step"), [(str(no), titles.get(node) or node) for no, node in reader.nodes()])


def _returns(case: Case, request: PersonRequest, item: int | None) -> list[tuple[str, str]]:
    reader = Reader(case, request.person)
    titles = {START: _t("Whoever started it"), **step_titles(said(case.edition))}
    row = reader.state.items.get(item or 0)
    found = [(str(To.PREVIOUS), _t("The step before"))] if row else []
    nodes = reader.ways_back(row) if row else []
    return [*found, *((node, titles.get(node, node)) for node in nodes)]


def _select(form: ActForm, name: str, label: str, choices: list[tuple[str, str]]) -> None:
    form.fields[name] = forms.ChoiceField(
        label=label, choices=choices, widget=forms.Select({"class": "form-select"}), required=True
    )


def _drawer(request: PersonRequest, form: Any, title: str, case: Case) -> HttpResponse:
    context = {
        "form": form, "act": {"label": title}, "subject": case, "subjects": [], "why_not": None, "next": "",
        "action": request.get_full_path(), "in_drawer": request.headers.get("HX-Request") == "true",
    }  # fmt: skip
    return render(request, "cases/do.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@page(see="cases")
def correct(request: PersonRequest, pk: int) -> HttpResponse:
    """Fields of the case outside a step, with a reason."""
    case = one(request, pk)
    if not can(request.person, "cases.set_values", case):
        raise Forbidden(_t("You may not do this: {act}").format(act=registry["cases.set_values"].label))
    written = building.definition(case.edition)
    hidden = hidden_from(request.person, [case])[case.pk]
    asked = Asks(tuple((each.id, May.WRITE) for each in written.fields if each.id not in hidden))
    form = CorrectForm(asked, (written, said(case.edition)), request.person, case, *_sent(request), word=False)
    if request.method == "POST" and form.submit("cases.set_values", {}, case):
        done = ActForm("cases.set_values", request.person, case)
        if request.headers.get("HX-Request") == "true":
            return acted(done_text(done), request=request)
        return after(request, done)
    context = {"form": form, "case": case, "title": registry["cases.set_values"].label, "action": request.path}
    context["in_drawer"] = request.headers.get("HX-Request") == "true"
    return render(request, "cases/correct.html", context, status=422 if request.method == "POST" else 200)


def _sent(request: PersonRequest) -> tuple[Any, Any]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


class CorrectForm(StepForm):
    """All fields, and why they are corrected."""

    def __init__(self, *args: Any, **said_: Any) -> None:
        super().__init__(*args, **said_)
        widget = forms.Textarea({"rows": 2, "class": "form-control"})
        self.fields["reason"] = forms.CharField(label=_t("Reason"), min_length=3, max_length=2000, widget=widget)

    def _values(self) -> dict[str, Any]:
        return {**super()._values(), "reason": self.cleaned_data["reason"]}
