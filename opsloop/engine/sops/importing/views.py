"""/sops/-/import/: a file is brought, what was recognised is shown and put right, and becomes one's draft."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _t

from opsloop.base.files.models import Stored
from opsloop.base.people import posts
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import NotFound, Refused
from opsloop.engine.sops.editing.beginning import begin, free_id, refuse_id
from opsloop.engine.sops.editing.limitboxes import Within
from opsloop.engine.sops.importing.composing import match, values_of
from opsloop.engine.sops.importing.documents import read
from opsloop.engine.sops.importing.recognising import Proposal, recognise
from opsloop.engine.sops.importing.understanding import WORDS, Proposed
from opsloop.ui.formkit.uploads import keep as keep_file
from opsloop.ui.page import PersonRequest, page


@page(act="playbook.draft")
def upload_page(request: PersonRequest) -> HttpResponse:
    """Bring the file."""
    wrong = ""
    if request.method == "POST":
        file = request.FILES.get("file")
        try:
            if file is None:
                raise Refused(_t("Choose a file first."))
            stored = keep_file(file, request.person)
            read(stored)
            return redirect("sops:import-map", stored.pk)
        except Refused as error:
            wrong = str(error.text)
    return render(request, "sops/import/upload.html", {"wrong": wrong}, status=422 if wrong else 200)


@page(act="playbook.draft")
def map_page(request: PersonRequest, pk: int) -> HttpResponse:
    """What was recognised; `look` reads the columns anew, `make` writes the draft."""
    stored = visible(request.person, Stored).filter(pk=pk, erased_at=None).first()
    if stored is None:
        raise NotFound(_t("There is no such file."))
    post = request.POST if request.method == "POST" else QueryDict()
    document, known = read(stored), posts.titles(in_force=True)
    proposal = recognise(document, Path(stored.name).stem[:80], _given(post))
    # A document is in the reader's language or in that of the standard.
    named = min((known, posts.titles_as_written()), key=lambda names: len(match(proposal.steps, names)))
    unknown = match(proposal.steps, named)
    wrong = ""
    if post.get("verb") == "make":
        try:
            return redirect(_made(request, post, proposal, named))
        except Refused as error:
            wrong = str(error.text)
    context = _context(stored, post, proposal, unknown, known) | {"wrong": wrong}
    return render(request, "sops/import/map.html", context, status=422 if wrong else 200)


def _given(post: QueryDict) -> dict[tuple[int, int], str]:
    """(table, column) -> what the person says that it means."""
    out = {}
    for name in post:
        parts = name.split(".")
        if parts[0] == "c" and len(parts) == 3 and parts[1].isdecimal() and parts[2].isdecimal():
            said = str(post[name])
            out[int(parts[1]), int(parts[2])] = said if said in WORDS else ""
    return out


def _limit(i: int, one: Proposed) -> Within:
    return Within(f"s.{i}.within", value={"*": one.within} if one.within else {})


def _made(request: PersonRequest, post: QueryDict, proposal: Proposal, known: dict[str, str]) -> str:
    """Write the draft; answers the address of its step list. Raises Refused."""
    ident, title, owner = (post.get(name, "").strip() for name in ("ident", "title", "owner"))
    refuse_id(request.person, ident)
    if not title or owner not in known:
        raise Refused(_t("Say the title and the position that owns it."))
    steps = [one for i, one in enumerate(proposal.steps) if _taken(post, i, one, known)]
    if not steps:
        raise Refused(_t("Tick at least one step."))
    left = [one for one in proposal.steps if one not in steps]
    rest = "\n\n".join([proposal.rest, *("\n\n".join([one.title, *one.text]) for one in left)]).strip()
    values = values_of(title, owner, steps, rest, known)
    return begin(request.person, ident, values)


def _taken(post: QueryDict, i: int, one: Proposed, known: dict[str, str]) -> bool:
    """Put what the person corrected into the step; whether it was ticked."""
    if not post.get(f"s.{i}.use"):
        return False
    one.title = post.get(f"s.{i}.title", "").strip()[:80] or one.title
    one.approval = post.get(f"s.{i}.kind") == "approve"
    position = post.get(f"s.{i}.who", "")
    one.position = position if position in known else ""
    one.within = _limit(i, one).read(post).get("*", "")
    return True


def _context(
    stored: Stored, post: QueryDict, proposal: Proposal, unknown: list[str], known: dict[str, str]
) -> dict[str, Any]:
    looked = post.get("verb") == "look"
    steps = []
    for i, one in enumerate(proposal.steps):
        if post and not looked:
            _taken(post, i, one, known)
        steps.append((i, one, _limit(i, one), not post or looked or bool(post.get(f"s.{i}.use"))))
    return {
        "stored": stored, "proposal": proposal, "steps": steps, "unknown": unknown,
        "title": post.get("title") or proposal.title, "ident": post.get("ident") or free_id(),
        "owner": post.get("owner", ""),
        "positions": sorted(known.items(), key=lambda pair: pair[1]), "meanings": _meanings(),
        "tables": [(one, list(zip(one.names, one.means, strict=True))) for one in proposal.columns if one.names],
    }  # fmt: skip


def _meanings() -> list[tuple[str, str]]:
    return [
        ("", _t("goes into the text")), ("title", _t("name of the step")), ("who", _t("who does it")),
        ("accountable", _t("who is accountable")), ("within", _t("time limit")), ("evidence", _t("evidence")),
        ("checklist", _t("checklist")), ("mistakes", _t("usual mistakes")), ("form", _t("fields of the form")),
        ("text", _t("how it is done")), ("number", _t("number, left out")),
    ]  # fmt: skip
