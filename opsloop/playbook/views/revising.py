"""/playbook/-/revise/?about=findings.finding:12: which file is to change because of this; its draft is tied to it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t

from opsloop.base.acts.about import resolve
from opsloop.base.kinds.registry import kinds
from opsloop.base.things.errors import Refused
from opsloop.playbook import actions, queries
from opsloop.playbook.places import beginning_of, editor_of
from opsloop.playbook.reasons import File, file_of
from opsloop.playbook.store import keep
from opsloop.playbook.views.editing import work_on
from opsloop.ui.page import PersonRequest, page

APART = frozenset({"translation"})
"""Kinds that change with what they belong to."""


@page(act="playbook.draft")
def revise_page(request: PersonRequest) -> HttpResponse:
    """Choose the file, then write; what the reason is about is chosen already. There may be no reason."""
    asked = request.POST if request.method == "POST" else request.GET
    about, wrong = asked.get("about", ""), ""
    reason = resolve(request.person, about) if about else None
    chosen = asked.get("file", "") or _key(file_of(reason) if reason is not None else None)
    if request.method == "POST":
        try:
            return redirect(_begun(request, chosen, about))
        except Refused as error:
            wrong = str(error.text)
    context = {
        "because": [reason] if reason is not None else [], "about": about, "chosen": chosen,
        "groups": _offered(), "wrong": wrong,
        "beginnings": [(kinds[name], beginning_of(name)) for name in kinds if beginning_of(name)],
    }  # fmt: skip
    return render(request, "playbook/revise.html", context, status=422 if wrong else 200)


def _key(file: File | None) -> str:
    return "/".join(file) if file else ""


def _begun(request: PersonRequest, chosen: str, about: str) -> str:
    """The person's draft of the file, tied to the reason; answers where it is edited. Raises Refused."""
    kind, _slash, ident = chosen.partition("/")
    if kind not in kinds or kind in APART or queries.published().items.get((kind, ident)) is None:
        raise Refused(_t("Choose what is to change."), field="file")
    work = work_on(request.person, kinds[kind], ident)
    draft = actions.draft(
        by=request.person, kind=kind, ident=ident, sha256=keep(work.text), base=work.base, about=about
    )
    return editor_of(kind, ident) or reverse("playbook:edit", args=[draft.kind, draft.ident])


def _offered() -> list[tuple[str, list[tuple[str, str]]]]:
    """(plural of the kind, [(kind/id, title)]): what people have an editor for first, then positions, then the rest."""
    found: dict[str, list[tuple[str, str]]] = {}
    for (kind, ident), item in queries.published().items.items():
        if kind in kinds and kind not in APART:
            found.setdefault(kind, []).append((f"{kind}/{ident}", item.title))
    first = sorted(found, key=lambda kind: (not editor_of(kind, "x"), kind != "position", str(kinds[kind].plural)))
    return [(str(kinds[kind].plural), sorted(found[kind], key=lambda pair: pair[1])) for kind in first]
