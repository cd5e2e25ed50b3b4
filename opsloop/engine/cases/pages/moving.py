"""Running cases go over to the version in force: first what would become of each by the plan that is chosen, then those
that are ticked."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import ngettext as _n
from django.views.decorators.http import require_http_methods

from opsloop.base.acts import Call, each, registry
from opsloop.base.people.models import Person
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import Forbidden, NotFound
from opsloop.engine.cases.lists import standing
from opsloop.engine.cases.migrating import Preview, behind, preview
from opsloop.engine.cases.pages.planning import Planned
from opsloop.engine.sops.models import Sop
from opsloop.playbook.places import Beside
from opsloop.ui.page import PersonRequest, page

ACT = "cases.migrate"
SHORTEST = 3


@dataclass(slots=True)
class Line:
    """One case as the dry run has it; ticked: proposed, or chosen before a refusal; failed: why it was not taken."""

    seen: Preview
    ticked: bool
    failed: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@page(see="cases")
def versions(request: PersonRequest, ident: str) -> HttpResponse:
    """Nothing is changed before the confirmation; each case is an act of its own and looks again under its lock."""
    sop = visible(request.person, Sop).filter(ident=ident, withdrawn=False).first()
    if sop is None:
        raise NotFound(_t("There is no such SOP in force."))
    if not can(request.person, ACT):
        raise Forbidden(_t("You may not do this: {act}").format(act=registry[ACT].label))
    asked = request.POST if request.method == "POST" else request.GET
    planned = Planned(ident, [one for one in behind(request.person, sop) if can(request.person, ACT, one)], asked)
    found = [one for one in preview(request.person, ident, planned.plans) if can(request.person, ACT, one.case)]
    lines = [Line(one, not one.why and not one.past) for one in found]
    if request.method == "POST":
        return _move(request, sop, lines, planned)
    return _shown(request, sop, lines, planned)


def _shown(
    request: PersonRequest, sop: Sop, lines: list[Line], planned: Planned, error: str = "", status: int = 200
) -> HttpResponse:
    standing([one.seen.case for one in lines])
    older = Counter(one.seen.case.edition.number for one in lines)
    context = {
        "sop": sop, "error": error, "older": sorted(older.items()), "key": uuid4().hex, "planned": planned,
        "lost": [one for one in planned.rows if one.lost], "kept": [one for one in planned.rows if not one.lost],
        "kept_chosen": any(one.chosen for one in planned.rows if not one.lost),
        "reason": request.POST.get("reason", ""), "n": len(lines),
        "ready": [one for one in lines if not one.seen.why and not one.seen.past],
        "past": [one for one in lines if not one.seen.why and one.seen.past],
        "stays": [one for one in lines if one.seen.why],
    }  # fmt: skip
    return render(request, "cases/versions.html", context, status=status)


def _move(request: PersonRequest, sop: Sop, lines: list[Line], planned: Planned) -> HttpResponse:
    """The reason is also why a case that is past a changed step goes over all the same."""
    asked, reason = set(request.POST.getlist("case")), request.POST.get("reason", "").strip()[:2000]
    for one in lines:
        one.ticked = str(one.seen.case.pk) in asked and not one.seen.why
    chosen = [one for one in lines if one.ticked]
    if not chosen:
        return _shown(request, sop, lines, planned, _t("Tick at least one line first."), 422)
    if len(reason) < SHORTEST:
        return _shown(request, sop, lines, planned, _t("Say why."), 422)
    key = request.POST.get("key") or None
    call = Call(by=request.person, via="page", key=key, overrides={"past-change": reason})
    asking = [(one.seen.case, {"reason": reason, "plan": planned.of(one.seen.case)}) for one in chosen]
    for out in each(ACT, [(case.pk, values) for case, values in asking], call):
        chosen[out.row].failed = str(out.error) if out.error is not None else ""
    done = sum(not one.failed for one in chosen)
    if done:
        said = _n("{n} case follows version {v} now.", "{n} cases follow version {v} now.", done)
        messages.success(request, said.format(n=done, v=sop.number))
    left = [one for one in lines if one.failed or one not in chosen]
    if done < len(chosen):
        return _shown(request, sop, left, planned, _t("Some did not go over; each line says why."), 422)
    return redirect(f"{reverse('cases:versions', args=[sop.ident])}?{planned.address}".rstrip("?"))


def older(person: Person, ident: str) -> int:
    """How many running cases of an SOP follow another version, for whoever may take them over; 0 for others."""
    if not can(person, ACT):
        return 0
    sop = visible(person, Sop).filter(ident=ident, withdrawn=False).first()
    return behind(person, sop).count() if sop is not None else 0


def from_the_book(ident: str, reader: Person) -> Beside | None:
    """On the SOP's pages and on that of the publication that brought its version."""
    if not (n := older(reader, ident)):
        return None
    said = _n("{n} running case follows an older version.", "{n} running cases follow an older version.", n)
    return Beside(said.format(n=n), reverse("cases:versions", args=[ident]))
