"""What waits for a second person: appointments to positions with power, and lawful erasures."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_safe

from opsloop.base.people.actions.rules import powers_of
from opsloop.base.people.models import Appointment, Decision, Erasure, Person
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import NotFound
from opsloop.ui.page import PersonRequest, page
from opsloop.ui.people.rights import doings

MOST, DECIDED = 100, 20
APPOINTED = ("person", "position", "department", "asked_by", "decided_by")
ERASED = ("person", "asked_by", "decided_by")


@require_safe
@page(see="people")
def waiting_page(request: PersonRequest) -> HttpResponse:
    """Everything undecided that one may see, and what was decided lately."""
    by = request.person
    asked = visible(by, Appointment).select_related(*APPOINTED)
    erasures = visible(by, Erasure).select_related(*ERASED)
    waits = {"state": Decision.WAITING}
    context: dict[str, Any] = {
        "appointments": list(asked.filter(**waits)[:MOST]),
        "erasures": list(erasures.filter(**waits)[:MOST]),
        "decided": sorted(
            [*asked.exclude(**waits).order_by("-decided_at")[:DECIDED],
             *erasures.exclude(**waits).order_by("-decided_at")[:DECIDED]],
            key=lambda one: one.decided_at or one.asked_at, reverse=True,
        )[:DECIDED],
    }  # fmt: skip
    return render(request, "people/waiting.html", context)


def _one(by: Person, model: type[Any], pk: int, related: tuple[str, ...]) -> Any:
    found = visible(by, model).select_related(*related).filter(pk=pk).first()
    if found is None:
        raise NotFound(_t("There is no such {what}.").format(what=_name(model)))
    return found


def _name(model: type[Model]) -> str:
    return str(model._meta.verbose_name)


@require_safe
@page(see="people")
def appointment_page(request: PersonRequest, pk: int) -> HttpResponse:
    """One appointment: who, what, since when, who asked and why, and which power it gives."""
    one: Appointment = _one(request.person, Appointment, pk, APPOINTED)
    powers, _later = doings(powers_of(one.position))
    return render(request, "people/appointment.html", {"one": one, "powers": powers})


@require_safe
@page(see="people")
def erasure_page(request: PersonRequest, pk: int) -> HttpResponse:
    """One erasure: whose data, who asked and why, and what will be gone."""
    one: Erasure = _one(request.person, Erasure, pk, ERASED)
    return render(request, "people/erasure.html", {"one": one})
