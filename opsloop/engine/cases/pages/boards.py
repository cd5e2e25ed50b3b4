"""Lists over all cases: what runs, where it stands step by step, who has how much, my own work, and approvals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import ngettext as _n
from django.views.decorators.http import require_http_methods, require_safe

from opsloop.base.acts import Call, each
from opsloop.base.people import posts
from opsloop.base.people.models import Person
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import visible
from opsloop.engine.cases import building
from opsloop.engine.cases.lists import Cases, Started, Todo, is_late, late, standing, told
from opsloop.engine.cases.manners import May
from opsloop.engine.cases.models import LIVE, Case, WorkItem
from opsloop.engine.cases.pages.form import asks
from opsloop.engine.cases.pages.hiding import hidden_from
from opsloop.engine.cases.pages.moving import older
from opsloop.engine.cases.pages.values import Values
from opsloop.engine.cases.reading import running_work, to_decide
from opsloop.engine.cases.translated import said_all
from opsloop.engine.sops import walk
from opsloop.engine.sops.blocks import Approve
from opsloop.engine.sops.models import Sop
from opsloop.ui.lists import list_page
from opsloop.ui.page import PersonRequest, page

MOST = 300
BATCH = 30


@page(see="cases")
def running(request: PersonRequest) -> HttpResponse:
    return list_page(request, Cases, template="cases/list.html", here="running", **_common(request))


@page(see="cases")
def todo(request: PersonRequest) -> HttpResponse:
    return list_page(request, Todo, template="cases/list.html", here="todo", **_common(request))


@page(see="cases")
def started(request: PersonRequest) -> HttpResponse:
    return list_page(request, Started, template="cases/list.html", here="started", **_common(request))


def _common(request: PersonRequest) -> dict[str, Any]:
    return {"may_start": can(request.person, "cases.start"), "deciding": to_decide(request.person).count()}


@dataclass(slots=True)
class Step:
    """One column of the board."""

    title: str
    cases: list[Any] = field(default_factory=list)

    @property
    def late(self) -> int:
        return sum(map(is_late, self.cases))


@require_safe
@page(see="cases")
def board(request: PersonRequest) -> HttpResponse:
    """The running cases of one SOP by the step at which they stand; a case at two steps stands at both."""
    live = visible(request.person, Case).filter(status__in=LIVE)
    names = {one.ident: one for one in visible(request.person, Sop).defer("definition")}
    counts = Counter(live.order_by().values_list("sop", flat=True))
    over = Counter(live.filter(late()).order_by().values_list("sop", flat=True))
    choices = sorted(
        ((ident, names[ident].name if ident in names else ident, n, over[ident]) for ident, n in counts.items()),
        key=lambda one: (-one[2], one[1]),
    )
    asked = request.GET.get("sop", "")
    chosen = asked if asked in counts else choices[0][0] if choices else ""
    of_it = live.filter(sop=chosen).select_related("edition", "initiator").defer("edition__definition")
    rows = list(of_it.order_by("due", "pk")[:MOST])
    standing(rows)
    context = {
        "choices": choices, "chosen": chosen, "columns": _columns(rows), "here": "board", "now_": timezone.now(),
        "more": counts.get(chosen, 0) - len(rows), "older": older(request.person, chosen), **_common(request),
    }  # fmt: skip
    return render(request, "cases/board.html", context)


def _columns(rows: list[Any]) -> list[Step]:
    """In the order of the newest version among them; what only older ones have stands last."""
    editions = {one.edition_id: one.edition for one in rows}
    order: dict[str, Step] = {"start": Step(_t("Request"))}
    files = said_all(editions.values())
    for pk in sorted(files, reverse=True):
        for block in walk.blocks_of(files[pk]):
            order.setdefault(walk.block_id(block), Step(block.title))
    for row in rows:
        for node in dict.fromkeys(one.node for one in row.open) or [""]:
            order.setdefault(node, Step(_t("Waits"))).cases.append(row)
    return [one for one in order.values() if one.cases]


@dataclass(slots=True)
class Load:
    """What one person has open."""

    person: Person
    items: list[WorkItem] = field(default_factory=list)
    now: datetime = field(default_factory=timezone.now)

    @property
    def over(self) -> int:
        return sum(one.due is not None and one.due < self.now for one in self.items)

    @property
    def soon(self) -> int:
        """Due within a day, not over yet."""
        end = self.now + timedelta(days=1)
        return sum(one.due is not None and self.now <= one.due < end for one in self.items)

    @property
    def fine(self) -> int:
        return len(self.items) - self.over - self.soon

    @property
    def oldest(self) -> datetime | None:
        return min((one.opened for one in self.items if one.opened), default=None)


@require_safe
@page(see="cases")
def load(request: PersonRequest) -> HttpResponse:
    """Open work of each person against its limits, in the cases that one sees; and what nobody has taken."""
    items = list(running_work(request.person).only("assignee", "due", "opened", "position", "candidates", "case", "no"))
    found: dict[int, Load] = {}
    people = Person.objects.in_bulk({one.assignee_id for one in items if one.assignee_id is not None})
    for one in items:
        if one.assignee_id is not None:
            found.setdefault(one.assignee_id, Load(people[one.assignee_id])).items.append(one)
    free = [one for one in items if one.assignee_id is None]
    loads = sorted(found.values(), key=lambda one: (-one.over, -len(one.items), one.person.name))
    most = max((len(one.items) for one in loads), default=1)
    context = {"loads": loads, "free": _free(free), "most": most, "here": "load", "n": len(items), **_common(request)}
    return render(request, "cases/load.html", context)


def _free(items: list[WorkItem]) -> list[tuple[str, str, int, int]]:
    """(code of the post, its title, waiting to be taken, over the limit)."""
    titles, now = posts.titles(), timezone.now()
    out: dict[str, list[WorkItem]] = {}
    for one in items:
        out.setdefault(one.position, []).append(one)
    rows = [
        (code, titles.get(code, code), len(mine), sum(one.due is not None and one.due < now for one in mine))
        for code, mine in out.items()
    ]
    return sorted(rows, key=lambda one: (-one[3], -one[2]))


@dataclass(slots=True)
class Ask:
    """One approval that waits. why: it has to be opened, since it wants more than a yes."""

    item: Any
    facts: list[Any]
    checklist: list[tuple[str, str]]
    why: str = ""
    outcome: str = ""
    failed: bool = False

    @property
    def tickable(self) -> bool:
        return not self.why and (not self.outcome or self.failed)


@require_http_methods(["GET", "HEAD", "POST"])
@page(see="cases")
def approvals(request: PersonRequest) -> HttpResponse:
    """Several approvals in one go: each is its own act, and each result is said."""
    if request.method == "POST":
        return _decide(request)
    return _approvals(request, _asks(request.person))


def _approvals(request: PersonRequest, found: list[Ask], status: int = 200) -> HttpResponse:
    context = {
        "asks": found, "tickable": any(one.tickable for one in found), "here": "approvals", "now_": timezone.now(),
        "key": uuid4().hex, **_common(request),
    }  # fmt: skip
    return render(request, "cases/approvals.html", context, status=status)


def _asks(person: Person) -> list[Ask]:
    rows = list(to_decide(person).select_related("case__edition", "case__initiator").order_by("due", "pk")[:BATCH])
    told(rows)
    files, hidden = said_all(one.case.edition for one in rows), hidden_from(person, [one.case for one in rows])
    return [_ask(one, files[one.case.edition_id], hidden[one.case_id]) for one in rows]


def _ask(item: Any, file: Any, hidden: Collection[str]) -> Ask:
    written = building.definition(item.case.edition)
    block = next((one for one in walk.blocks_of(written) if walk.block_id(one) == item.node), None)
    told_ = next((one for one in walk.blocks_of(file) if walk.block_id(one) == item.node), None)
    values = Values(item.case, (written, file), (), whole=False, hidden=hidden)
    facts = [one for one in values.some(written_start(written)) if not one.rows and not one.long][:6]
    if not isinstance(block, Approve) or not isinstance(told_, Approve):
        return Ask(item, facts, [], _t("Open it."))
    empty = {one.field for one in block.form if item.case.values.get(one.field) in (None, "", [])}
    needs = [one.field for one in block.form if one.may.value == May.NEED and one.field in empty]
    why = _t("It asks for a form or evidence: open it.") if needs or block.evidence else ""
    return Ask(item, facts, list(asks(block, told_).checklist), why)


def written_start(file: Any) -> list[str]:
    """The fields by which a request is known: those of its start, and what its approvals are about."""
    return [one.field for one in file.start.form]


def _decide(request: PersonRequest) -> HttpResponse:
    """What was ticked; a line of a checklist that was not ticked is the act's business to refuse."""
    open_ = {str(one.item.pk): one for one in _asks(request.person)}
    chosen = [open_[one] for one in dict.fromkeys(request.POST.getlist("item")) if one in open_]
    if not chosen:
        messages.warning(request, _t("Tick at least one line first."))
        return redirect(reverse("cases:approvals"))
    rows = [(one.item.case_id, _values(request, one)) for one in chosen]
    call = Call(by=request.person, via="page", key=request.POST.get("key") or None)
    done = 0
    for outcome in each("cases.approve", rows, call):
        ask = chosen[outcome.row]
        ask.failed = outcome.error is not None
        ask.outcome = str(outcome.error) if outcome.error is not None else _t("Approved")
        done += not ask.failed
    if done:
        messages.success(request, _n("{n} approved.", "{n} approved.", done).format(n=done))
    if done == len(chosen):
        return redirect(reverse("cases:approvals"))
    left = [one for one in open_.values() if one not in chosen]
    return _approvals(request, [*chosen, *left], status=422)


def _values(request: PersonRequest, ask: Ask) -> dict[str, Any]:
    ticked = {int(one) for one in request.POST.getlist(f"check-{ask.item.pk}") if one.isdecimal()}
    return {
        "item": ask.item.no,
        "word": request.POST.get(f"word-{ask.item.pk}", "")[:2000],
        "ticked": [{"line": line} for i, (line, _said) in enumerate(ask.checklist) if i in ticked],
    }
