"""A new source out of a file: everything is proposed, everything can be changed, what is wrong stands at its field."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _t

from opsloop.base.kinds.authoring import Fault, author
from opsloop.base.people.models import Position
from opsloop.base.policy.rules import can
from opsloop.base.things.errors import Forbidden, NotFound
from opsloop.data.imports import actions
from opsloop.data.imports.brought import open_one
from opsloop.data.imports.findings import look_of
from opsloop.data.imports.form import Form, form_of, values_of
from opsloop.data.imports.guessing import Known
from opsloop.data.imports.looking import Look
from opsloop.data.imports.models import Import
from opsloop.data.imports.proposing import guessed, known, taken_from
from opsloop.data.sources.kinds.words import Brings, ColumnType, Every, Personal
from opsloop.data.sources.recognising import templates
from opsloop.ui.page import PersonRequest, page

ZONES = ("Asia/Shanghai", "Asia/Hong_Kong", "Asia/Singapore", "Asia/Tokyo", "Europe/London", "America/New_York",
         "America/Los_Angeles", "UTC")  # fmt: skip


@page(act="imports.describe")
def new_page(request: PersonRequest, pk: int) -> HttpResponse:
    """The form; `template` takes the mapping of a known export, `again` what was guessed."""
    if not can(request.person, "playbook.draft"):
        raise Forbidden(_t("Your position may not write files of the standard, so it cannot make a source."))
    brought = open_one(request, pk)
    look = look_of(brought, request.person)
    if look is None:
        return redirect("imports:choose", pk)
    knows = known()
    if request.method == "POST" and (template := request.POST.get("template", "")):
        taken = taken_from(brought, look, template, request.person, knows)
        if taken is None:
            raise NotFound(_t("The file does not look like this export."))
        return _kept(request, brought, *taken, origin=template)
    ident, values = _standing(request, brought, look, knows)
    faults: list[Fault] = []
    if request.method == "POST":
        ident, values, faults = values_of(look, request.POST, values)
        faults = [*faults, *judged(ident, values)]
        if not faults:
            _keep(request, brought, ident, values)
            return redirect("imports:try", pk)
    form = form_of(look, ident, values, knows, faults)
    return render(request, "imports/new.html", _context(brought, look, form), status=422 if faults else 200)


def _standing(request: PersonRequest, brought: Import, look: Look, knows: Known) -> tuple[str, dict[str, Any]]:
    """What was said already, else what is guessed."""
    if brought.ident and "again" not in request.GET:
        return brought.ident, brought.definition
    return guessed(brought, look, request.person, knows)


def _keep(request: PersonRequest, brought: Import, ident: str, values: dict[str, Any]) -> None:
    actions.describe(
        brought, by=request.person, ident=ident, definition=json.dumps(values, ensure_ascii=False, default=str)
    )


def _kept(request: PersonRequest, brought: Import, ident: str, values: dict[str, Any], origin: str) -> HttpResponse:
    _keep(request, brought, ident, values)
    response = redirect("imports:new", brought.pk)
    response["Location"] += f"?from={origin}"
    return response


def judged(ident: str, values: dict[str, Any]) -> list[Fault]:
    """What keeps these values from being a source of the standard."""
    if not ident:
        return [Fault("ident", _t("Give the source an id."))]
    if author().taken("source", ident):
        return [Fault("ident", _t("There is a source with this id already; choose another."))]
    return list(author().check("source", ident, author().compose("source", values)))


def _context(brought: Import, look: Look, form: Form) -> dict[str, Any]:
    zones = dict.fromkeys((form.values.get("timezone", ""), str(settings.TIME_ZONE), *ZONES))
    return {
        "brought": brought, "look": look, "form": form, "v": form.values,
        "types": ColumnType.choices, "classes": Personal.choices, "rhythms": Every.choices, "brings": Brings.choices,
        "zones": [one for one in zones if one], "zone": str(settings.TIME_ZONE),
        "owners": [(one.code, one.title) for one in Position.objects.filter(withdrawn_at=None).order_by("title")],
        "template": next((one for one in templates() if one.ident == _origin(brought)), None),
    }  # fmt: skip


def _origin(brought: Import) -> str:
    """The known export whose mapping was taken: its id begins the source's."""
    names = sorted((one.ident for one in templates()), key=len, reverse=True)
    return next((one for one in names if brought.ident == one or brought.ident.startswith(f"{one}-")), "")
