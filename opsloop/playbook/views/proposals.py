"""Drafts, proposals and publications: what is to change, why, and who says yes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_safe

from opsloop.base.acts import Call, operation
from opsloop.base.kinds.known import named
from opsloop.base.kinds.registry import Kind, kinds
from opsloop.base.people.models import Person
from opsloop.base.policy.rules import can
from opsloop.base.things.errors import ActError, Forbidden, Invalid, NotFound
from opsloop.base.things.models import Thing
from opsloop.playbook import actions, queries
from opsloop.playbook.changes import LineRow, items_of, outcome
from opsloop.playbook.models import Draft, Publication, State, Version
from opsloop.playbook.places import Beside, beside
from opsloop.playbook.publishing import rows_of
from opsloop.playbook.reasons import reasons
from opsloop.playbook.store import texts_of
from opsloop.playbook.telling import tell_publishers, waits_for
from opsloop.playbook.views.lines import FEW, folded, key_of
from opsloop.playbook.views.versions import Comparison, comparison
from opsloop.ui.page import PersonRequest, page

PER_PAGE = 50


@dataclass(frozen=True)
class Changed:
    """One line of a proposal as people read it."""

    kind: Kind
    ident: str
    title: str
    verb: str
    comparison: Comparison
    rights: bool
    small: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind.name}/{self.ident}"


def changed(rows: list[LineRow], rights_of: list[str]) -> list[Changed]:
    """Each line with what differs from the version that it was made from."""
    bases = {
        (v.kind, v.ident): v
        for v in Version.objects.filter(kind__in={row.kind for row in rows})
        if any((row.kind, row.ident, row.base) == (v.kind, v.ident, v.number) for row in rows)
    }
    items = items_of(rows)
    texts = texts_of([v.sha256 for v in bases.values()])
    return [
        _changed(row, bases.get((row.kind, row.ident)), items, texts, rights_of) for row in rows if row.kind in kinds
    ]


def _changed(
    row: LineRow, base: Version | None, items: dict[queries.Key, Any], texts: dict[str, str], rights_of: list[str]
) -> Changed:
    one, item = kinds[row.kind], items[row.kind, row.ident]
    old = (texts.get(base.sha256, ""), base.data) if base else ("", {})
    new = (item.text, item.values) if item else ("", {})
    verb = _t("withdrawn") if not row.sha256 else _t("changed") if old[0] else _t("new")
    title = item.title if item else old[1].get("title", row.ident)
    found = comparison(one, one.path(row.ident), old, new)
    return Changed(one, row.ident, title, verb, found, row.kind == "position" and row.ident in rights_of, row.small)


@require_safe
@page(act="playbook.draft")
def draft_list(request: PersonRequest) -> HttpResponse:
    """My open drafts, to go on with or to put forward."""
    drafts = queries.open_drafts(request.person)
    latest = queries.latest()
    items, rows = queries.published().items, []
    for one in drafts:
        found = items.get((one.kind, one.ident))
        title = found.title if found is not None else one.ident
        rows.append((one, kinds.get(one.kind), title, _behind(one, latest), one.get_absolute_url()))
    context = {"drafts": rows, "may_propose": can(request.person, "playbook.propose"), "kinds": list(kinds.values())}
    return render(request, "playbook/drafts.html", context)


def _behind(draft: Draft, latest: dict[queries.Key, Version]) -> bool:
    """Was something newer published since the draft was begun?"""
    newest = latest.get((draft.kind, draft.ident))
    return (newest.number if newest else 0) != draft.base


@page(act="playbook.propose")
def propose_page(request: PersonRequest) -> HttpResponse:
    """What the chosen drafts, or a withdrawal, would change; then the reason and the day."""
    asked = request.POST if request.method == "POST" else request.GET
    rows = _chosen(request, asked)
    if not rows:
        messages.error(request, _t("Choose at least one draft first."))
        return redirect("playbook:drafts")
    result = outcome(rows, queries.latest())
    lines = changed(rows, result.rights_of)
    smallish, because = _may_be_small(rows, lines), reasons(_drafts(request, asked), request.person)
    context: dict[str, Any] = {
        "rows": rows, "lines": lines, "errors": result.errors, "rights_of": result.rights_of,
        "because": because, "reason": asked.get("reason", "") or _said(because), "small": asked.get("small"),
        "wrong": "", "wrong_field": "",
        "effective_from": asked.get("effective_from") or timezone.localdate().isoformat(),
        "drafts": asked.getlist("draft"), "withdraw": asked.get("withdraw", ""),
        "urgent": asked.get("urgent"), "may_be_small": smallish, "small_open": any(why for *_one, why in smallish),
        "at_once": not result.rights_of and can(request.person, "playbook.publish"),
    }  # fmt: skip
    if request.method == "POST":
        try:
            return redirect(_propose(request, rows).get_absolute_url())
        except (Forbidden, NotFound):
            raise
        except Invalid as error:
            context["wrong"] = " ".join(text for texts in error.errors.values() for text in texts)
        except ActError as error:
            context["wrong"], context["wrong_field"] = str(error.text), error.field or ""
    return render(request, "playbook/propose.html", context, status=422 if context["wrong"] else 200)


def _propose(request: PersonRequest, rows: list[LineRow]) -> Publication:
    """Propose, and publish at once when that was asked; in one operation, so that both are done or none."""
    reason = request.POST.get("reason", "").strip()
    if not 3 <= len(reason) <= 2000:
        raise Invalid({"reason": [_t("Say why, in 3 to 2000 characters.")]})
    try:
        day = date.fromisoformat(request.POST.get("effective_from") or timezone.localdate().isoformat())
    except ValueError:
        raise Invalid({"effective_from": [_t("A date like 2026-01-31.")]}) from None
    with operation(Call(by=request.person, via="page")):
        made = actions.propose(
            by=request.person, reason=reason, lines=rows, small=bool(request.POST.get("small")), effective_from=day,
            urgent=bool(request.POST.get("urgent")),
        )  # fmt: skip
        if request.POST.get("at_once"):
            actions.publish(made, by=request.person)
        else:
            tell_publishers(made)
    return made


def _may_be_small(rows: list[LineRow], lines: list[Changed]) -> list[tuple[str, str, str]]:
    """(key, title, why) of each file that may be called a small change; one alone is called so as a whole."""
    bases = {key_of(row): row.base for row in rows if row.sha256}
    found = [(one.key, one.title, one.small) for one in lines if bases.get(one.key) and not one.rights]
    return found if len(rows) > 1 else []


def _chosen(request: PersonRequest, asked: Any) -> list[LineRow]:
    """Own open drafts by their ids, or `withdraw=position/buyer`."""
    rows = [
        LineRow(one.kind, one.ident, one.sha256, one.base, asked.get(f"small:{one.kind}/{one.ident}", "").strip()[:200])
        for one in _drafts(request, asked)
        if one.kind in kinds
    ]
    kind, _slash, ident = asked.get("withdraw", "").partition("/")
    newest = queries.newest_version(kind, ident) if ident else None
    if newest is not None and not newest.withdrawn and kind in kinds:
        rows.append(LineRow(kind, ident, "", newest.number))
    return rows


def _drafts(request: PersonRequest, asked: Any) -> list[Draft]:
    wanted = [one for one in asked.getlist("draft") if one.isdecimal()]
    return list(Draft.objects.filter(person=request.person, closed_at__isnull=True, pk__in=wanted))


def _said(because: list[Thing]) -> str:
    """What a reason begins with: what the drafts are because of, by name."""
    return "；".join(str(one) for one in because)[:2000]


@require_safe
@page(see="playbook")
def publication_list(request: PersonRequest) -> HttpResponse:
    """All publications and proposals, newest first."""
    rows = Publication.objects.select_related("proposed_by", "decided_by").prefetch_related("lines")
    wanted = request.GET.get("state", "")
    if wanted in State.values:
        rows = rows.filter(state=wanted)
    begin = max(0, int(request.GET.get("from", "0"))) if request.GET.get("from", "0").isdecimal() else 0
    found = list(rows[begin : begin + PER_PAGE + 1])
    context = {
        "publications": found[:PER_PAGE], "states": State.choices, "state": wanted,
        "waiting": queries.waiting(request.person), "older": begin + PER_PAGE if len(found) > PER_PAGE else None,
    }  # fmt: skip
    return render(request, "playbook/publications.html", context)


@require_safe
@page(see="playbook")
def publication_page(request: PersonRequest, number: int) -> HttpResponse:
    """What it brings, why, who decided; and for those who may, the decision. ?line=KIND/ID: what that file changes."""
    found = Publication.objects.select_related("proposed_by", "decided_by").filter(number=number).first()
    if found is None:
        raise NotFound(_t("There is no publication {n}.").format(n=number))
    titles = {ident: obj.title for ident, obj in queries.published().all("position")}
    rows, key = rows_of(found), request.GET.get("line", "")
    asked = changed([row for row in rows if key_of(row) == key], found.rights_of) if key else []
    if key and not asked:
        raise NotFound(_t("This publication does not bring that file."))
    if asked and request.headers.get("HX-Request"):
        return render(request, "playbook/comparison.html", {"one": asked[0].comparison})
    few = len(rows) <= FEW
    context = {
        "publication": found,
        "lines": changed(rows, found.rights_of) if few else [],
        "groups": [] if few else folded(rows, found.rights_of, key),
        "opened": asked[0] if asked else None,
        "rights_of": [titles.get(ident, ident) for ident in found.rights_of],
        "because": reasons([found], request.person),
        "beside": _beside(found, rows, request.person),
        "undecided": found.state in (State.PROPOSED, State.APPROVED),
        "may_be_second": found.proposed_by_id != request.person.pk,
        "waits_for": waits_for(found),
    }
    return render(request, "playbook/publication.html", context)


def _beside(found: Publication, rows: list[LineRow], reader: Person) -> list[tuple[str, Beside]]:
    """(title, what apps say) of each thing of which it brought a further version."""
    if found.state != State.PUBLISHED:
        return []
    things = [(row, published) for row in rows if row.base and (published := named(row.kind, row.ident)) is not None]
    return [(thing.title, one) for row, thing in things for one in beside(row.kind, row.ident, reader)]
