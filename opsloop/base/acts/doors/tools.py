"""Assistants and SOP steps: both are descriptions over the same signature."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _t

from opsloop.base.acts import args, say
from opsloop.base.acts.doors.answers import result_of, schema_of
from opsloop.base.acts.perform import perform
from opsloop.base.acts.registry import Act, registry
from opsloop.base.people.models import Person
from opsloop.base.policy.rules import can
from opsloop.base.things.errors import Invalid, NotFound
from opsloop.base.things.frame import Call


def tools(person: Person) -> list[dict[str, Any]]:
    """The acts that assistants may call for this person, as tool descriptions in the reader's language."""
    return [tool(this) for name, this in sorted(registry.items()) if _offered(this) and can(person, name)]


def tool(this: Act) -> dict[str, Any]:
    """One act: name, title, description, JSON Schema of its input, and that it writes."""
    return {
        "name": tool_name(this),
        "title": str(this.label),
        "description": this.doc,
        "inputSchema": {"type": "object", **schema_of(this, with_subject=True)},
        "annotations": {"readOnlyHint": False},
    }


def tool_name(this: Act) -> str:
    """Tools' names know no dot; acts' names no double underscore."""
    return this.name.replace(".", "__")


def call_tool(name: str, values: Mapping[str, Any], by: Person, *, via: str = "tool", dry: bool = False) -> Any:
    """Do what an assistant asks, in this person's name. Raises an ActError; unknown and unmarked acts are NotFound."""
    this = registry.get(name.replace("__", "."))
    if this is None or not _offered(this):
        raise NotFound(_t("There is no act {name}.").format(name=name))
    raw = dict(values)
    on, reasons = raw.pop("on", None), raw.pop("confirm", {})
    if not isinstance(reasons, dict) or not all(isinstance(reason, str) for reason in reasons.values()):
        raise Invalid({"confirm": [_t("A row of fields, please.")]})
    return result_of(perform(this.name, raw, Call(by=by, via=via, overrides=reasons, dry=dry), on=on))


def _offered(this: Act) -> bool:
    return this.tool and "tool" in this.doors


def check_step(name: str, fixed: Mapping[str, Any], asked: Iterable[str]) -> dict[str, str]:
    """At an SOP's publication: field -> what is wrong with a step's act; empty when it will run.

    name: the act. fixed: values that the step sets (`with`). asked: values that the person is asked for.
    """
    this = registry.get(name)
    if this is None or "step" not in this.doors:
        return {"act": _t("There is no act {name}.").format(name=name)}
    known, asked = {p.name: p for p in this.params}, list(asked)
    takes = _t("the act has no such value; it takes {names}").format(names=", ".join(known) or "-")
    wrong = {f"with.{name}": takes for name in fixed if name not in known}
    wrong |= {f"ask.{name}": takes for name in asked if name not in known}
    wrong |= {
        f"with.{p.name}": _t("is needed: set it or ask for it")
        for p in this.params
        if p.required and p.name not in fixed and p.name not in asked
    }
    part = args.model_of("part", [p for p in this.params if p.name in fixed])
    try:
        say.check(part, {name: value for name, value in fixed.items() if name in known})
    except Invalid as no:
        wrong |= {f"with.{name}": texts[0] for name, texts in no.errors.items()}
    return wrong
