"""The editor: a form made from the kind's class, or the file's text; saved as a draft, compared before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _t

from opsloop.base.acts import Refused
from opsloop.base.kinds.names import Names
from opsloop.base.kinds.registry import Form, Kind
from opsloop.base.people.models import Person
from opsloop.playbook import actions, queries
from opsloop.playbook.changes import LineRow, outcome
from opsloop.playbook.editor import Editor, Offers, collect
from opsloop.playbook.loose import loose_values
from opsloop.playbook.models import Draft, Version
from opsloop.playbook.places import beginning_of, editor_of
from opsloop.playbook.reader.errors import PlaybookError
from opsloop.playbook.reader.files import Item, read_text, wrong_ident
from opsloop.playbook.reader.text import hash_of
from opsloop.playbook.reading.labels import Labels
from opsloop.playbook.store import keep, texts_of
from opsloop.playbook.views.book import kind_of
from opsloop.playbook.views.versions import comparison
from opsloop.playbook.writing import write
from opsloop.ui.page import PersonRequest, page


@dataclass(frozen=True)
class Work:
    """What is being edited: the newest published version, the person's draft of it, and the text to begin with."""

    kind: Kind
    ident: str
    newest: Version | None
    draft: Draft | None
    text: str

    @property
    def base(self) -> int:
        """The version that the text was made from."""
        if self.draft is not None:
            return self.draft.base
        return self.newest.number if self.newest else 0

    @property
    def base_text(self) -> str:
        """The text of that version, for comparing."""
        found = Version.objects.filter(kind=self.kind.name, ident=self.ident, number=self.base).first()
        return found.text if found else ""


def work_on(person: Person, kind: Kind, ident: str) -> Work:
    """The person's open draft, else what is published, else an empty file."""
    newest = queries.newest_version(kind.name, ident)
    draft = Draft.objects.filter(person=person, kind=kind.name, ident=ident, closed_at__isnull=True).first()
    if draft is not None:
        return Work(kind, ident, newest, draft, texts_of([draft.sha256])[draft.sha256])
    return Work(kind, ident, newest, None, newest.text if newest else "")


@page(act="playbook.draft")
def new_page(request: PersonRequest, kind: str) -> HttpResponse:
    """Ask for the id of a new thing, then open its editor; or go where its app begins one."""
    one, ident = kind_of(kind), request.POST.get("ident", "").strip()
    if own := beginning_of(kind):
        return redirect(own)
    wrong: str = ""
    if request.method == "POST":
        error = wrong_ident(one, ident, "")
        if error is not None:
            wrong = f"{error.message} {error.remedy}"
        elif queries.newest_version(kind, ident) is not None:
            wrong = _t("There is a thing with this id already.")
        else:
            return redirect("playbook:edit", kind, ident)
    context = {"kind": one, "ident": ident, "wrong": wrong}
    return render(request, "playbook/new.html", context, status=422 if wrong else 200)


@page(act="playbook.draft")
def edit_page(request: PersonRequest, kind: str, ident: str) -> HttpResponse:
    """The form, or with `?as=text` the file; `save` keeps a draft, `look` only shows what would change."""
    one = kind_of(kind)
    if error := wrong_ident(one, ident, ""):
        raise Refused(f"{error.message} {error.remedy}")
    work = work_on(request.person, one, ident)
    text = _sent(request, work) if request.method == "POST" else work.text
    item = read_text(one, ident, one.path(ident), text)
    if request.method == "POST" and request.POST.get("do") == "save":
        return _save(request, work, text, item)
    return render(request, "playbook/edit.html", _context(request, work, text, item))


def _sent(request: PersonRequest, work: Work) -> str:
    """The text that the posted form makes."""
    if "text" in request.POST:
        return request.POST["text"].replace("\r\n", "\n")
    old = read_text(work.kind, work.ident, work.kind.path(work.ident), work.text)
    lists = {name: request.POST.getlist(name) for name in request.POST}
    data = collect(work.kind, request.POST, lists)
    before = old.data if old.obj is not None else loose_values(work.kind, work.text) or {}
    return write(work.kind, data, work.text, before)


def _save(request: PersonRequest, work: Work, text: str, item: Item) -> HttpResponse:
    actions.draft(by=request.person, kind=work.kind.name, ident=work.ident, sha256=keep(text), base=work.base)
    if item.errors:
        messages.warning(
            request, _t("The draft is saved; {n} things in it must still be put right.").format(n=len(item.errors))
        )
        return redirect("playbook:edit", work.kind.name, work.ident)
    messages.success(request, _t("The draft is saved."))
    return redirect("playbook:drafts")


def _context(request: PersonRequest, work: Work, text: str, item: Item) -> dict[str, Any]:
    errors = list(item.errors)
    looking = request.method == "POST"
    if looking and not errors and text != work.base_text:
        errors = _wider_errors(work, text)
    as_text = "text" in request.POST or request.GET.get("as") == "text" or not _can_be_a_form(work.kind, text, item)
    book = queries.published()
    offers = Offers(Names(book), Labels(book))
    boxes = [] if as_text else Editor(work.kind, offers, _by_path(errors)).boxes(_values(request, work, item))
    base = read_text(work.kind, work.ident, work.kind.path(work.ident), work.base_text)
    before, after = (work.base_text, base.values if work.base_text else {}), (text, item.values)
    return {
        "kind": work.kind, "ident": work.ident, "work": work, "text": text, "item": item, "as_text": as_text,
        "title": (item if item.obj is not None else base).title,
        "boxes": boxes, "lists": offers.lists, "errors": errors, "looking": looking,
        "comparison": comparison(work.kind, item.path, before, after) if looking else None,
        "behind": (work.newest.number if work.newest else 0) != work.base, "formable": work.kind.form is not Form.SQL,
        "own_editor": editor_of(work.kind.name, work.ident) if work.text else "",
    }  # fmt: skip


def _wider_errors(work: Work, text: str) -> list[PlaybookError]:
    """What the whole book would say: references, weights, circles."""
    row = LineRow(work.kind.name, work.ident, hash_of(text), work.base)
    return outcome([row], queries.latest(), {row.sha256: text}).errors


def _can_be_a_form(kind: Kind, text: str, item: Item) -> bool:
    """A text whose values would not all find a place in the form is shown as text; so are .sql files."""
    return kind.form is not Form.SQL and (not text or item.obj is not None or loose_values(kind, text) is not None)


def _values(request: PersonRequest, work: Work, item: Item) -> dict[str, Any]:
    """What stands in the boxes: what was just sent, else what the file says."""
    if request.method == "POST" and "text" not in request.POST:
        return collect(work.kind, request.POST, {name: request.POST.getlist(name) for name in request.POST})
    return item.data if item.obj is not None else loose_values(work.kind, item.text) or {}


def _by_path(errors: list[PlaybookError]) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for error in errors:
        out.setdefault(error.field, []).append(f"{error.message} {error.remedy}".strip())
    return out
