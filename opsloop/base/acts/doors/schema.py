"""The OpenAPI description in the reader's language: labels of acts and values are made when it is asked for."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _t

from opsloop.base.acts.doors import shown
from opsloop.base.acts.doors.answers import schema_of
from opsloop.base.acts.registry import Act, registry

ANSWERS = {"200": "done", "401": "sign_in", "403": "forbidden", "404": "not_found", "409": "refused, confirm",
           "412": "stale", "422": "invalid, key_reused"}  # fmt: skip


def described(schema: dict[str, Any]) -> dict[str, Any]:
    """Add to each operation what its act or list says of itself."""
    for path in schema["paths"].values():
        for operation in path.values():
            name = operation.get("operationId", "")
            if name in registry:
                _act(operation, registry[name])
            elif one := shown.by_place(name.partition(":")[0]):
                _list(operation, one, many=name.endswith(":list"))
    return schema


def _act(operation: dict[str, Any], this: Act) -> None:
    many = this.subject is not None and this.subject.many
    body = schema_of(this, with_subject=many)
    body.setdefault("properties", {})["confirm"] = {
        "type": "object",
        "additionalProperties": {"type": "string"},
        "title": _t("Reasons for soft rules"),
    }
    operation["summary"], operation["description"] = str(this.label), this.doc
    operation["requestBody"] = {
        "content": {"application/json": {"schema": body}},
        "required": bool(body.get("required")),
    }
    operation["parameters"] = [
        *operation.get("parameters", []),
        _parameter("header", "Idempotency-Key", _t("The same key is done once and answered twice.")),
        _parameter("header", "If-Match", _t("The revision that was seen; another one is answered with 412.")),
        _parameter("header", "Happened-At", _t("When it took place, if it is recorded later.")),
        _parameter("query", "dry", _t("Judge it and keep nothing.")),
    ]
    operation["responses"] = {status: {"description": codes} for status, codes in ANSWERS.items()}


def _list(operation: dict[str, Any], one: shown.Shown, *, many: bool) -> None:
    operation["summary"] = str(one.model._meta.verbose_name_plural if many else one.model._meta.verbose_name)
    operation["responses"] = {"200": {"description": ", ".join(one.fields)}}
    if many:
        words = [*one.filters, "page", "per", "sort"]
        operation["parameters"] = [_parameter("query", word, shown.label_of(one, word)) for word in words]


def _parameter(where: str, name: str, description: str) -> dict[str, Any]:
    return {"in": where, "name": name, "schema": {"type": "string"}, "required": False, "description": description}
