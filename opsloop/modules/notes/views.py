"""The note as it would go out now, and those that went out."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_POST, require_safe

from opsloop.base.acts import Call, perform
from opsloop.base.inbox.api import known_channels
from opsloop.base.people.models import Person
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import Forbidden, NotFound
from opsloop.modules.notes.models import Edition, Note
from opsloop.modules.notes.writing import written
from opsloop.ui.page import PersonRequest, page

SHOWN = 10


def _note(by: Person, ident: str) -> Note:
    found = visible(by, Note).filter(ident=ident, withdrawn=False).first()
    if found is None:
        raise NotFound(_t("There is no such morning note."))
    return found


@require_safe
@page(see="notes")
def note_list(request: PersonRequest) -> HttpResponse:
    """All in force; the only one is shown at once."""
    rows = list(visible(request.person, Note).filter(withdrawn=False))
    if len(rows) == 1:
        return redirect(rows[0].get_absolute_url())
    return render(request, "notes/list.html", {"rows": rows})


@require_safe
@page(see="notes")
def note_page(request: PersonRequest, ident: str) -> HttpResponse:
    """What the group will read, with every line leading to the page behind it."""
    one = _note(request.person, ident)
    context = {
        "one": one, "definition": one.obj, "made": written(one.obj, request.person),
        "editions": visible(request.person, Edition).filter(note=one)[:SHOWN],
        "channels": known_channels(), "may_send": can(request.person, "notes.send", one),
    }  # fmt: skip
    return render(request, "notes/note.html", context)


@require_POST
@page(act="notes.send")
def send(request: PersonRequest, ident: str) -> HttpResponse:
    """Send it now, as this person sees it; once a day."""
    one = _note(request.person, ident)
    if not can(request.person, "notes.send", one):
        raise Forbidden(_t("This page is not for your position."))
    made = written(one.obj, request.person)
    values = {"day": made.day.isoformat(), "title": made.title, "body": made.body}
    edition = perform("notes.send", values, Call(by=request.person, via="page"), on=one.pk)
    if edition.channels:
        messages.success(request, _t("Sent to {n} channels.").format(n=edition.channels))
    else:
        messages.warning(request, _t("Kept, but no channel takes morning notes yet."))
    return redirect(one.get_absolute_url())
