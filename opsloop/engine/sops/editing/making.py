"""New blocks and fields, filled in as far as can be guessed, so that what is added is right or says what it lacks."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _t

from opsloop.engine.sops.editing import tree
from opsloop.engine.sops.words import FieldType


def block(kind: str, values: tree.Raw, to: str, before: str, doer: str = "") -> tree.Raw:
    """A new block of this kind for the place; who does it is whoever does the step before, else the owner."""
    who = doer or _neighbour(values, to, before) or str(values.get("owner") or "")
    if kind in ("parallel", "choose"):
        return _split(kind, values, who)
    if kind in ("for_each", "repeat_until"):
        inner = _step(values, who, tree.new_id(values))
        if kind == "repeat_until":
            return {"repeat_until": "", "at_most": "10", "steps": [inner]}
        fields = [str(one.get("id")) for one in values.get("fields") or [] if one.get("type") == FieldType.LIST]
        return {"for_each": next(iter(fields), ""), "steps": [inner]}
    ident = tree.new_id(values, {"wait": "wait", "notify": "tell", "call": "call"}.get(kind, "step"))
    match kind:
        case "approve":
            return {"id": ident, "title": _t("New approval"), "approve": [{"by": str(values.get("owner") or who)}],
                    "within": {"*": "1 working day"}}  # fmt: skip
        case "wait":
            return {"id": ident, "title": _t("Wait"), "wait": "1 working day"}
        case "notify":
            return {"id": ident, "title": _t("Tell the result"), "notify": [who] if who else []}
        case "call":
            return {"id": ident, "title": _t("Run another SOP"), "call": ""}
        case _:
            return _step(values, who, ident)


def _step(values: tree.Raw, who: str, ident: str) -> tree.Raw:
    return {"id": ident, "title": _t("New step"), "do": who, "within": {"*": "1 working day"}}


def _split(kind: str, values: tree.Raw, who: str) -> tree.Raw:
    first = tree.new_id(values)
    second = f"{first.rpartition('-')[0]}-{int(first.rpartition('-')[2]) + 1}"
    if second in tree.used_ids(values):
        second = f"{first}b"
    if kind == "choose":
        return {"choose": [{"title": _t("Branch {n}").format(n=1), "when": "", "steps": [_step(values, who, first)]},
                           {"otherwise": []}]}  # fmt: skip
    return {"parallel": [
        {"title": _t("Branch {n}").format(n=1), "steps": [_step(values, who, first)]},
        {"title": _t("Branch {n}").format(n=2), "steps": [_step(values, who, second)]},
    ]}  # fmt: skip


def branch(raw: tree.Raw, values: tree.Raw) -> bool:
    """One more way in a parallel or a choose block, before its otherwise; False for other blocks."""
    kind = tree.kind_of(raw)
    if kind not in ("parallel", "choose"):
        return False
    rows = raw[kind]
    made = {"title": _t("Branch {n}").format(n=sum("steps" in one for one in rows) + 1), "when": "",
            "steps": [_step(values, str(values.get("owner") or ""), tree.new_id(values))]}  # fmt: skip
    if kind == "parallel":
        made.pop("when")
    at = next((i for i, one in enumerate(rows) if "otherwise" in one), len(rows))
    rows.insert(at, made)
    return True


def _neighbour(values: tree.Raw, to: str, before: str) -> str:
    """Who does the step before the place."""
    way = tree.lists(values).get(to)
    if way is None:
        return ""
    at = next((i for i, one in enumerate(way.steps) if before and tree.key_of(one) == before), len(way.steps))
    return next((str(one["do"]) for one in reversed(way.steps[:at]) if one.get("do")), "")


def field_id(values: tree.Raw, title: str) -> str:
    """An id for a new field: its title where that is one word of English letters, else field_1, field_2 ..."""
    used = {str(one.get("id")) for one in values.get("fields") or []}
    plain = re.sub(r"[^a-z0-9_]+", "_", title.lower()).strip("_")
    if re.fullmatch(r"[a-z][a-z0-9_]{1,40}", plain) and plain not in used:
        return plain
    n = 1
    while f"field_{n}" in used:
        n += 1
    return f"field_{n}"


def add_field(values: tree.Raw, title: str, sort: str, options: list[str]) -> str:
    """A new field of the SOP; answers its id. sort: a type of field, text for what is none."""
    ident = field_id(values, title)
    made: tree.Raw = {"id": ident, "title": title, "type": sort if sort in FieldType.values else "text"}
    if made["type"] == FieldType.CHOICE:
        made["options"] = options
    if made["type"] == FieldType.LIST:
        made["columns"] = [{"id": f"column_{i + 1}", "title": one} for i, one in enumerate(options or [_t("Content")])]
    if not isinstance(values.get("fields"), list):
        values["fields"] = []
    values["fields"].append(made)
    return ident
