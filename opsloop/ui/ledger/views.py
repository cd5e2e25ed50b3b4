"""The ledger's pages: the search, one entry, and taking entries out of the house."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_safe

from opsloop.base.acts.changes import changes
from opsloop.base.acts.naming import moment
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Person
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import sees, visible
from opsloop.ui.actions import begin_export
from opsloop.ui.forms import ActForm
from opsloop.ui.ledger import filters
from opsloop.ui.ledger.lists import LedgerList, act_label, late, tell
from opsloop.ui.ledger.queries import body_of, entry_named, nested_in, objects_of, place_of, values_of
from opsloop.ui.listkit import export
from opsloop.ui.listkit.state import State
from opsloop.ui.listkit.views import as_file
from opsloop.ui.lists import list_page
from opsloop.ui.page import PersonRequest, page


@require_safe
@page(see="ledger")
def entry_list(request: PersonRequest) -> HttpResponse:
    """Everything that was done, as far as one's level reaches."""
    by = request.person
    state = State(LedgerList(), by, request.GET)
    level = sees(by, "ledger")
    return list_page(
        request, LedgerList, template="ledger/list.html", level=level, whole=level == "all",
        may_take=can(by, "ledger.export"), address=state.address(),
    )  # fmt: skip


@require_safe
@page(see="ledger")
def entry_page(request: PersonRequest, pk: int) -> HttpResponse:
    """One entry, with all it says."""
    by = request.person
    entry = entry_named(by, pk)
    inner = nested_in(entry, by)
    outer = visible(by, Entry).filter(pk=entry.parent).first() if entry.parent else None
    tell([one for one in (entry, outer, *inner) if one is not None], by)
    people = {one.pk: one for one in Person.objects.filter(pk__in=[entry.by_id, entry.behalf_id or 0])}
    body = body_of(entry)
    context: dict[str, Any] = {
        "entry": entry, "label": act_label(entry), "door": filters.door(entry.via), "late": late(entry),
        "happened": moment(entry.happened), "recorded": moment(entry.at), "who": people.get(entry.by_id),
        "behalf": people.get(entry.behalf_id or 0), "objects": objects_of(entry, by), "values": values_of(entry, by),
        "changes": changes(entry, by), "reasons": list(body.get("overrides", {}).items()), "place": place_of(entry),
        "inner": inner, "outer": outer,
    }  # fmt: skip
    return render(request, "ledger/entry.html", context)


class KindForm(forms.Form):
    """Beside the act's own reason: which file."""

    kind = forms.ChoiceField(choices=[("xlsx", "Excel"), ("csv", "CSV")])


@page(act="ledger.export")
def export_page(request: PersonRequest) -> HttpResponse:
    """Ask for the reason, record it by the act with its filters, then hand the file over or let a job write it."""
    by = request.person
    state = State(LedgerList(), by, request.GET)
    sent = request.method == "POST"
    form = ActForm("ledger.export", by, None, request.POST if sent else None, given=given(request.GET, by))
    kind = KindForm(request.POST if sent else None, initial={"kind": "xlsx"})
    if sent and kind.is_valid() and form.submit():
        name = kind.cleaned_data["kind"]
        if state.count > export.AT_ONCE:
            later = begin_export(by, LedgerList.name, state.address().lstrip("?"), name, state.count)
            return redirect(later.get_absolute_url())
        return as_file(export.content(state, name), export.file_name(state, name), name)
    context = {
        "form": form, "kind": kind, "state": state, "words": state.words() or _t("everything you may read"),
        "action": request.get_full_path(), "at_once": export.AT_ONCE,
    }  # fmt: skip
    return render(request, "ledger/export.html", context, status=422 if sent else 200)


def given(said: QueryDict, by: Person) -> dict[str, Any]:
    """The filters of the address as the act's values; words that narrow nothing on the page are left out."""
    since, until = filters.span(said, ("day_from", "day_to"))
    chosen = {name: _known(name, said, by) for name in ("act", "kind", "via", "late")}
    people = {name: said.get(name, "") for name in ("who", "behalf")}
    return {
        **{name: int(one) if one.isdecimal() and len(one) < 19 else None for name, one in people.items()},
        "doing": chosen["act"],
        "object_type": chosen["kind"],
        "object_id": filters.whole(said.get("number", "")) if chosen["kind"] else None,
        "since": since,
        "until": until,
        "via": chosen["via"],
        "late": chosen["late"] == "1",
        "text": said.get("q", "").strip()[:200],
    }


def _known(name: str, said: QueryDict, by: Person) -> str:
    one = next(one for one in LedgerList.filters if one.name == name)
    return said.get(name, "") if said.get(name) in dict(one.options(Entry, by)) else ""
