"""/sops/<id>/edit/: the step list of one's draft, the boxes of one block, what the check says, the drawing."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.signing import BadSignature, Signer
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t

from opsloop.base.inbox.api import able
from opsloop.base.kinds.registry import kinds as kinds_of_files
from opsloop.base.policy.rules import can
from opsloop.base.things.errors import Refused
from opsloop.base.things.models import Thing
from opsloop.base.things.texts import listed
from opsloop.engine.sops.editing import fieldlist, making, panels, placing, sections, tree
from opsloop.engine.sops.editing.boxes import Group
from opsloop.engine.sops.editing.conditionboxes import Condition
from opsloop.engine.sops.editing.draft import Remark, SopDraft, Unshown, draft_of, place, seen
from opsloop.engine.sops.editing.parts import PartEditor, apply_head, apply_part, head_of, part_named, parts
from opsloop.engine.sops.editing.pointing import todos
from opsloop.engine.sops.editing.rows import KINDS, kind_words, kinds, lines_of
from opsloop.engine.sops.sheet import sheet_of
from opsloop.engine.sops.words import FieldType
from opsloop.playbook.models import Content
from opsloop.playbook.queries import undecided
from opsloop.playbook.reader.files import read_text
from opsloop.playbook.reader.text import hash_of
from opsloop.playbook.reading.things import changes_told
from opsloop.playbook.reasons import reasons
from opsloop.ui.page import PersonRequest, page

Opened = tuple[str, str, str]
"""Which step, or which part and in it which field, stands at the right."""
UNDO = Signer(salt="opsloop.sops.undo")


@page(act="playbook.draft")
def edit_page(request: PersonRequest, ident: str) -> HttpResponse:
    """The draft as a list of steps. `?step=` or `?part=` says what is open; each POST changes something."""
    try:
        if request.method == "POST":
            return _change(request, ident)
        draft = draft_of(request.person, ident)
        context = context_of(draft, request.GET.get("step", ""), request.GET.get("part", ""),
                             request.GET.get("field", ""), advanced=bool(request.GET.get("text")))  # fmt: skip
    except Unshown as error:
        return render(request, "sops/edit/unshown.html", {"ident": ident, "said": str(error.text)})
    return _answer(request, ident, context)


def _answer(request: PersonRequest, ident: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    draft = context["draft"]
    context |= {"may_propose": can(request.person, "playbook.propose"), "because": _because(request, draft)}
    context |= _put_forward(draft)
    if draft.work.draft is not None and not context["may_propose"]:
        context["askable"] = listed(one.name for one in able("playbook.propose"))
    whole = request.headers.get("HX-Request") is None or request.headers.get("HX-Target", "").endswith("drawer-body")
    response = render(request, "sops/edit/page.html" if whole else "sops/edit/editor.html", context, status=status)
    if not whole:
        response["HX-Replace-Url"] = address(ident, context["step"], context["part"], context["field"])
    return response


def _put_forward(draft: SopDraft) -> dict[str, Any]:
    """proposed: this very text, where it waits for a decision; beside: other proposals for the same SOP."""
    found = undecided(draft.work.kind.name, draft.ident)
    mine = draft.work.draft.sha256 if draft.work.draft is not None else ""
    own = next((one.publication for one in found if mine and one.sha256 == mine), None)
    return {"proposed": own, "beside": [one.publication for one in found if one.sha256 != mine]}


def _because(request: PersonRequest, draft: SopDraft) -> list[Thing]:
    return reasons([draft.work.draft], request.person) if draft.work.draft is not None else []


def address(ident: str, step: str = "", part: str = "", field: str = "") -> str:
    """Where the editor of an SOP is, with this opened."""
    asked = urlencode({name: value for name, value in (("step", step), ("part", part), ("field", field)) if value})
    return f"{reverse('sops:edit', args=[ident])}{f'?{asked}' if asked else ''}"


def _change(request: PersonRequest, ident: str) -> HttpResponse:
    draft, post = draft_of(request.person, ident), request.POST
    before, step, part = draft.work.text, post.get("step", ""), post.get("part", "")
    field = post.get("field", "")
    verb, _bar, rest = post.get("verb", "save").partition("|")
    wrong = ""
    try:
        step, part, field = _done(draft, verb, rest.split("|"), post, (step, part, field))
        text = _undone(request, ident) if verb == "undo" else draft.written()
        draft = draft.kept(request.person, text)
    except Unshown:
        raise
    except Refused as error:
        draft, wrong = draft_of(request.person, ident), str(error.text)
    if request.headers.get("HX-Request") is None and not wrong:
        return redirect(address(ident, step, part, field))
    context = context_of(draft, step, part, field, advanced=bool(post.get("advanced")))
    saved = not wrong and before != draft.work.text
    context |= {"saved": saved, "wrong": wrong, "undo": _undo(request, ident, before), "fresh": saved and verb == "add"}
    return _answer(request, ident, context, status=409 if wrong else 200)


def _undo(request: PersonRequest, ident: str, text: str) -> str:
    """What takes this person's draft back to this text, and nothing else: naming a hash gives nobody a text."""
    return UNDO.sign(f"{request.person.pk}:{ident}:{hash_of(text)}")


def _undone(request: PersonRequest, ident: str) -> str:
    """The text before the last change. Raises Refused when it is not kept, or was somebody else's."""
    try:
        said = UNDO.unsign(request.POST.get("undo", ""))
    except BadSignature:
        said = ""
    mine, _colon, sha256 = said.rpartition(":")
    text = Content.objects.filter(pk=sha256).values_list("text", flat=True).first()
    if text is None or mine != f"{request.person.pk}:{ident}":
        raise Refused(_t("There is nothing to take back."))
    return str(text)


def _done(draft: SopDraft, verb: str, said: list[str], post: QueryDict, opened: Opened) -> Opened:
    """Change the draft's values as asked; answers what is open then. Raises Refused for what cannot be."""
    values, one, (step, part, field) = draft.values, [*said, "", "", ""], opened
    if verb != "undo" and post.get("panel"):
        _keep(draft, post, opened)
    if verb.startswith("field-"):
        return "", "fields", _fields(values, verb, one, field)
    if verb == "add":
        return _add(values, one), "", ""
    if verb == "remove":
        _remove(values, one[0])
        return "", "", ""
    if verb in ("branch", "unbranch"):
        _branch(values, verb, one)
        return one[0], "", ""
    if verb == "move":
        if not tree.move(values, one[0], one[1], one[2]):
            raise Refused(_t("It cannot go there."))
    elif verb == "field":
        _field(values, post, step)
    elif verb not in ("save", "undo"):
        raise Refused(_t("This is not known here."))
    return step, part, field


def _fields(values: tree.Raw, verb: str, said: list[str], opened: str) -> str:
    """Add, move or remove a field; answers which one is open then."""
    if verb == "field-add":
        return fieldlist.add(values)
    if verb == "field-move":
        fieldlist.move(values, said[0], said[1])
        return opened
    if verb != "field-remove":
        raise Refused(_t("This is not known here."))
    fieldlist.remove(values, said[0])
    return "" if opened == said[0] else opened


def _add(values: tree.Raw, said: list[str]) -> str:
    """A new block of a kind in a list, before another; answers its key."""
    kind, to, before = said[:3]
    if kind not in KINDS or to not in tree.lists(values):
        raise Refused(_t("It cannot go there."))
    made = making.block(kind, values, to, before)
    tree.put(values, made, to, before)
    return tree.key_of(made)


def _remove(values: tree.Raw, key: str) -> None:
    gone = tree.drop(values, key)
    if gone is None:
        raise Refused(_t("This step is not there any more."))
    values["body"] = sections.drop(str(values.get("body") or ""), tree.ids_in(gone))


def _keep(draft: SopDraft, post: QueryDict, opened: Opened) -> None:
    """What was filled in beside the list, compared with what the person saw."""
    values, was, (step, part, field) = draft.values, seen(draft, post.get("was", "")), opened
    advanced = bool(post.get("advanced"))
    if step:
        spot, old = tree.find(values, step), tree.find(was.values, step)
        if spot is None or old is None:
            raise Refused(_t("This step is not there any more."))
        placing.apply(values, spot, panels.panel_of(was.known, old, {}, advanced=advanced), post)
    elif part == "fields":
        if field:
            fieldlist.apply(values, field, was.values, post)
    elif part == "head":
        apply_head(values, head_of(was.known, {}), post)
    elif (found := part_named(part)) is not None:
        apply_part(values, found, post)


def _branch(values: tree.Raw, verb: str, said: list[str]) -> None:
    spot = tree.find(values, said[0])
    if spot is None:
        raise Refused(_t("This step is not there any more."))
    if verb == "branch":
        if not making.branch(spot.raw, values):
            raise Refused(_t("This is not known here."))
        return
    rows = spot.raw.get(tree.kind_of(spot.raw))
    if not isinstance(rows, list) or not said[1].isdecimal() or int(said[1]) >= len(rows):
        raise Refused(_t("This branch is not there any more."))
    gone = rows.pop(int(said[1]))
    ids = [one for raw in [*(gone.get("steps") or []), *(gone.get("otherwise") or [])] for one in tree.ids_in(raw)]
    values["body"] = sections.drop(str(values.get("body") or ""), ids)


def _field(values: tree.Raw, post: QueryDict, step: str) -> None:
    """A new field, asked at once by the step that is open."""
    title = " ".join(post.get("field.title", "").split())
    if not title:
        raise Refused(_t("Say what the new field is called."))
    options = [one.strip() for one in post.get("field.options", "").splitlines() if one.strip()]
    if post.get("field.type") == FieldType.CHOICE and not options:
        raise Refused(_t("A choice needs its options, one on each line."))
    ident = making.add_field(values, title, post.get("field.type", "text"), options)
    spot = tree.find(values, step)
    if spot is not None and tree.kind_of(spot.raw) in ("step", "approve"):
        if not isinstance(spot.raw.get("form"), list):
            spot.raw["form"] = []
        spot.raw["form"].append({"field": ident})


def context_of(draft: SopDraft, step: str, part: str, field: str = "", *, advanced: bool = False) -> dict[str, Any]:
    """Everything that the page shows."""
    known, spots = draft.known, list(tree.spots(draft.values))
    said = place(draft.remarks, spots)
    spot = tree.find(draft.values, step) if step else None
    found = part_named(part) if spot is None else None
    mine = [one for one in said.get(spot.key, []) if one[1].tone != "secondary"] if spot else []
    groups = panels.panel_of(known, spot, _errors(mine), advanced=advanced) if spot else []
    if found is not None and found.name == "head":
        groups = head_of(known, _errors(said.get("", [])))
    editor = PartEditor(known, _errors(said.get("", [])))
    reds = [one for one in said.get("", []) if one[1].tone == "red"]
    listed = found is not None and found.name == "fields"
    fields = fieldlist.lines(known, field, _errors(reds)) if listed else []
    boxes = editor.part(found, draft.values) if found is not None and found.name not in ("head", "fields") else []
    base = read_text(kinds_of_files["sop"], draft.ident, draft.item.path, draft.work.base_text)
    return {
        "draft": draft, "ident": draft.ident, "title": draft.values.get("title") or draft.ident,
        "steps_at": "?step=", "changes": changes_told("sop", base.data, draft.item.data),
        "step": spot.key if spot else "", "part": found.name if found else "", "spot": spot, "found": found,
        "fields": fields, "listed": listed, "field": next((one.ident for one in fields if one.chosen), ""),
        "kind": kind_words().get(tree.kind_of(spot.raw), "") if spot else "",
        "after": _after(spot) if spot is not None else "",
        "split": spot is not None and tree.kind_of(spot.raw) in ("parallel", "choose"),
        "lines": lines_of(known, said, spot.key if spot else ""), "parts": _parts(said), "kinds": kinds(),
        "conditional": advanced or _choosable(groups),
        "groups": groups, "boxes": boxes, "lists": editor.offers.lists, "advanced": advanced,
        "notes": said.get(spot.key, []) if spot else [],
        "general": [] if spot or found else [one for _place, one in said.get("", []) if one.tone == "secondary"],
        "todos": todos(said, spots, known),
        "wrong_count": sum(one.tone == "red" for one in draft.remarks),
        "warn_count": sum(one.tone == "orange" for one in draft.remarks),
        "was": hash_of(draft.work.text), "types": FieldType.choices,
        "sheet": sheet_of(draft.item.obj) if draft.item.obj is not None else None,
        "behind": (draft.work.newest.number if draft.work.newest else 0) != draft.work.base,
    }  # fmt: skip


def _choosable(groups: list[Group]) -> bool:
    """Is there a condition that can be filled in as rows or as text? `until` is always a text."""
    return any(isinstance(box, Condition) and box.key != "until" for one in groups for box in one.boxes)


def _after(spot: tree.Spot) -> str:
    """The place behind a block, as adding a step is told it."""
    behind = spot.way.steps[spot.index + 1 : spot.index + 2]
    return f"{spot.way.address}|{tree.key_of(behind[0]) if behind else ''}"


def _parts(said: dict[str, list[tuple[str, Remark]]]) -> list[tuple[Any, int]]:
    """(part, how many errors stand in it)."""
    wrong = [where.split(".")[0] for where, one in said.get("", []) if one.tone == "red"]
    return [(one, sum(where in one.keys for where in wrong)) for one in parts()]


def _errors(said: list[tuple[str, Remark]]) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for where, one in said:
        out.setdefault(where, []).append(one.text)
    return out
