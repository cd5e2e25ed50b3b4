"""Channels: the list, one with what it takes and how it stands, pasting an address, the test button."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _t
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opsloop.base.inbox.api import mark_read_about
from opsloop.base.inbox.broadcasting import bulletin_kinds
from opsloop.base.people.models import Person, Position
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import Forbidden, NotFound, Refused
from opsloop.connectors.channels import vault
from opsloop.connectors.channels.answers import remedy
from opsloop.connectors.channels.lists import ChannelList, ending, pictured, service_label, standing, taken
from opsloop.connectors.channels.models import Channel
from opsloop.connectors.channels.trying import try_out
from opsloop.connectors.channels.words import Problem
from opsloop.ui.forms import ActForm
from opsloop.ui.lists import list_page
from opsloop.ui.page import PersonRequest, page

SHOWN = 20


@page(see="channels")
def channel_list(request: PersonRequest) -> HttpResponse:
    return list_page(request, ChannelList, template="channels/list.html", may=can(request.person, "channels.add"))


def _channel(by: Person, pk: int) -> Channel:
    found = visible(by, Channel).select_related("gate").filter(pk=pk).first()
    if found is None:
        raise NotFound(_t("There is no such channel."))
    return found


@require_safe
@page(see="channels")
def channel_page(request: PersonRequest, pk: int) -> HttpResponse:
    """One channel: does it work, what does it take, what went out last."""
    one = _channel(request.person, pk)
    mark_read_about(request.person, one)
    gate = getattr(one, "gate", None)
    context = {
        "one": one, "gate": gate, "service": service_label(one), "ending": ending(one), "standing": standing(one),
        "problem": _problem(gate.problem) if gate is not None else "",
        "remedy": remedy(Problem(gate.problem)) if gate is not None and gate.problem else "",
        "picture_problem": _problem(gate.picture_problem) if gate is not None else "",
        "picture_remedy": remedy(Problem(gate.picture_problem)) if gate is not None and gate.picture_problem else "",
        "pictures": pictured(one), "takes": taken(one),
        "owners": Position.objects.filter(code__in=one.owners).order_by("title"),
        "lines": one.lines.order_by("-made_at", "-pk")[:SHOWN],
        "may_test": one.removed_at is None and can(request.person, "channels.test", one),
        "may_subscribe": one.removed_at is None and can(request.person, "channels.subscribe", one),
        "may_readdress": one.removed_at is None and bool(one.tail) and can(request.person, "channels.readdress", one),
    }  # fmt: skip
    return render(request, "channels/channel.html", context)


def _problem(said: str) -> str:
    return str(Problem(said).label) if said else ""


class Pasted(forms.Form):
    """What is pasted. It is never shown again, not even when something else on the page was wrong."""

    address = forms.CharField(max_length=vault.LONGEST)
    secret = forms.CharField(max_length=vault.LONGEST, required=False)
    app = forms.CharField(max_length=vault.LONGEST, required=False)
    app_secret = forms.CharField(max_length=vault.LONGEST, required=False)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page(act="channels.add")
def add(request: PersonRequest) -> HttpResponse:
    """Paste a webhook address, give it a name."""
    return _paste(request, "channels.add", None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page(act="channels.readdress")
def readdress(request: PersonRequest, pk: int) -> HttpResponse:
    """Paste another address of the same bot's service."""
    return _paste(request, "channels.readdress", _channel(request.person, pk))


def _paste(request: PersonRequest, act: str, one: Channel | None) -> HttpResponse:
    if one is not None and not can(request.person, act, one):
        raise Forbidden(_t("This page is not for your position."))
    sent = request.method == "POST"
    pasted, wrong, number = Pasted(request.POST if sent else None), {}, None
    if sent and pasted.is_valid():
        try:
            number = vault.seal(by=request.person, **pasted.cleaned_data).pk
        except Refused as no:
            wrong = {no.field or "address": str(no)}
    elif sent:
        wrong = {name: " ".join(map(str, texts)) for name, texts in pasted.errors.items()}
    form = ActForm(act, request.person, one, request.POST if number else None, given={"sealed": number or 0})
    if sent and number is None:
        _keep(form, request.POST)
    if number is not None:
        if form.submit():
            messages.success(request, _t("The address is kept, encrypted. Now send a test message."))
            return redirect(form.result.get_absolute_url())
        vault.destroy(number)
        wrong.setdefault("address", _t("Paste the address once more: it is not kept on the page."))
    context = {"form": form, "one": one, "wrong": wrong}
    return render(request, "channels/paste.html", context, status=422 if sent else 200)


def _keep(form: ActForm, typed: Any) -> None:
    """What was typed beside the address stays in the fields."""
    for name, field in form.fields.items():
        if name in typed and name not in Pasted.base_fields:
            field.initial = typed.get(name)


@require_http_methods(["GET", "HEAD", "POST"])
@page(act="channels.subscribe")
def takes(request: PersonRequest, pk: int) -> HttpResponse:
    """Which subjects go to this channel, of whom, and when."""
    one = _channel(request.person, pk)
    sent = request.POST if request.method == "POST" else None
    names = ("kinds", "owners", "grave_only", "digest_at", "quiet_from", "quiet_to", "workdays")
    start = {name: getattr(one, name) for name in names}
    form = ActForm("channels.subscribe", request.person, one, sent, start=start)
    kinds = sorted(((name, str(kind.label)) for name, kind in bulletin_kinds.items()), key=lambda pair: pair[1])
    posts = Position.objects.order_by("title").values_list("code", "title")
    _ticks(form, "kinds", _t("What it takes"), kinds, one.kinds)
    _ticks(form, "owners", form.fields["owners"].label, list(posts), one.owners)
    if sent is not None and form.submit():
        messages.success(request, _t("Saved."))
        return redirect(one.get_absolute_url())
    return render(request, "channels/takes.html", {"form": form, "one": one}, status=422 if sent is not None else 200)


def _ticks(form: ActForm, name: str, label: Any, choices: list[tuple[str, str]], begin: list[str]) -> None:
    old = form.fields[name]
    box = forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"})
    form.fields[name] = forms.MultipleChoiceField(
        choices=choices, required=False, label=label, help_text=old.help_text, widget=box, initial=begin
    )


@require_POST
@page(act="channels.test")
def test(request: PersonRequest, pk: int) -> HttpResponse:
    """Send a test message and say what the service answered."""
    one = _channel(request.person, pk)
    if one.removed_at is not None or not can(request.person, "channels.test", one):
        raise Forbidden(_t("This page is not for your position."))
    found = try_out(one, request.person)
    tell = messages.success if found.works else messages.error
    tell(request, f"{found.text} {found.remedy}".strip())
    return redirect(one.get_absolute_url())
