"""Any act as a page, a drawer or a search box behind one of its fields."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _t

from opsloop.base.acts import Act, Forbidden, NotFound
from opsloop.base.acts.args import Param
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import visible
from opsloop.ui.formkit.actform import ActForm, act_named
from opsloop.ui.formkit.pick import choices_of, find_rows
from opsloop.ui.listkit.pick import filter_rows
from opsloop.ui.page import PersonRequest, page
from opsloop.ui.reply import acted

TECHNICAL = {"_next", "_on"}


def page_act(name: str) -> Act:
    """The act, if it has a page. Raises NotFound."""
    found = act_named(name)
    if "page" not in found.doors:
        raise NotFound(_t("There is no act {name}.").format(name=name))
    return found


def subject_of(act: Act, request: PersonRequest, pk: int | None) -> Any:
    """The object, the objects of a bulk act, or None for an act that makes something. Raises NotFound."""
    if act.subject is None:
        return None
    rows = visible(request.person, act.subject.type)
    if act.subject.many:
        asked = request.POST.getlist("_on") or request.GET.getlist("_on")
        found = list(rows.filter(pk__in=[one for one in asked if one.isdecimal()]))
        if found:
            return found
        raise NotFound(_t("Choose at least one row first."))
    obj = rows.filter(pk=pk).first() if pk is not None else None
    if obj is None:
        raise NotFound(_t("There is no such {what}.").format(what=act.subject.type._meta.verbose_name))
    return obj


def permit(act: Act, request: PersonRequest, subject: Any) -> None:
    """Raises Forbidden where the button would not have been there."""
    for one in subject if isinstance(subject, list) else [subject]:
        if not can(request.person, act.name, one):
            raise Forbidden(_t("You may not do this: {act}").format(act=act.label))


def why_not(act: Act, subject: Any) -> str | None:
    """The state's reason against it, of any of the objects."""
    for one in subject if isinstance(subject, list) else [subject]:
        if one is not None and (said := act.why_not(one)):
            return str(said)
    return None


def back_to(request: HttpRequest, *others: Any) -> str:
    """Where to go after the act: `_next`, the first object that has a page, else the start page."""
    asked = request.POST.get("_next") or request.GET.get("_next") or ""
    if asked and url_has_allowed_host_and_scheme(asked, {request.get_host()}, request.is_secure()):
        return asked
    return next((url for one in others if (url := address_of(one))), "/")


def address_of(obj: Any) -> str | None:
    """The object's own page, if it has one."""
    known = getattr(obj, "get_absolute_url", None)
    return str(known()) if known and isinstance(obj, Model) and obj.pk else None


@page(anyone=True)
def act_page(request: PersonRequest, name: str, pk: int | None = None) -> HttpResponse:
    """The form of any act with a page; who may do it, and on what, is judged by the act's own rules."""
    act = page_act(name)
    subject = subject_of(act, request, pk)
    permit(act, request, subject)
    start = {key: value for key, value in request.GET.items() if key not in TECHNICAL}
    sent = request.method == "POST"
    form = ActForm(
        act, request.person, subject, request.POST if sent else None, request.FILES if sent else None, start=start
    )
    if sent and form.submit():
        return after(request, form)
    context = {
        "form": form,
        "act": act,
        "subject": subject,
        "subjects": subject if isinstance(subject, list) else [],
        "why_not": why_not(act, subject),
        "next": request.POST.get("_next") or request.GET.get("_next") or "",
        "action": request.get_full_path(),
        "in_drawer": request.headers.get("HX-Request") == "true",
    }
    return render(request, "forms/act.html", context, status=422 if sent else 200)


def after(request: PersonRequest, form: ActForm) -> HttpResponse:
    """Done: the page behind the drawer is shown anew, what was made is opened, or the browser goes on."""
    text = done_text(form)
    made = address_of(form.result) if form.act.subject is None else None
    if request.headers.get("HX-Request") == "true":
        return acted(text, request=request, go=made)
    messages.success(request, text)
    return redirect(back_to(request, form.result if form.act.subject is None else form.subject))


def done_text(form: ActForm) -> str:
    """One line for the person who did it."""
    about = form.result if form.act.subject is None else form.subject
    if isinstance(about, list):
        return _t("{act}: done for {n}").format(act=form.act.label, n=len(about))
    return f"{form.act.label}: {about}" if isinstance(about, Model) else _t("{act}: done").format(act=form.act.label)


@page(anyone=True)
def pick(request: PersonRequest, source: str, name: str) -> HttpResponse:
    """The rows that fit what was typed, of an act's argument or a list's filter; only what the person may choose."""
    text = request.GET.get("_pick", "")
    rows = _act_rows(request, source, name) if "." in source else filter_rows(request.person, source, name)
    found = find_rows(rows, text)
    return render(request, "forms/found.html", {"found": found, "text": text, "more": len(found) >= 20})


def _act_rows(request: PersonRequest, source: str, name: str) -> Any:
    act = page_act(source)
    asked = request.GET.getlist("_on")
    pk = int(asked[0]) if asked and asked[0].isdecimal() else None
    subject = subject_of(act, request, pk)
    permit(act, request, subject)
    return choices_of(_param(act.params, name), request.person, subject)


def _param(params: list[Param], place: str) -> Param:
    name, _dot, rest = place.partition(".")
    for param in params:
        if param.name == name and rest and param.is_rows:
            return _param(param.row_params, rest)
        if param.name == name and not rest and param.is_model:
            return param
    raise NotFound(_t("There is nothing to choose from here."))


def act_url(name: str, obj: Model | None = None, **values: Any) -> str:
    """The address of an act's form; `values` fill its fields to begin with."""
    url = reverse("act", args=[name, obj.pk] if obj is not None else [name])
    return f"{url}?{urlencode(values, doseq=True)}" if values else url
