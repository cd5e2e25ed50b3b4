"""What a door says of an act's result."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from opsloop.base.acts.args import Param
from opsloop.base.acts.registry import Act


def result_of(got: Any) -> Any:
    """JSON of a result: an object as id, revision and name, lists of them, plain values as they are."""
    if isinstance(got, Model):
        said: dict[str, Any] = {"id": got.pk, "type": got._meta.label_lower, "name": str(got)}
        if hasattr(got, "revision"):
            said["revision"] = got.revision
        if got.__dict__.get("_repeated"):
            said["repeated"] = True
        return said
    if isinstance(got, list | tuple):
        return [result_of(one) for one in got]
    return got if got is None or isinstance(got, str | int | float | bool) else str(got)


def subject_schema(subject: Param) -> dict[str, Any]:
    """JSON Schema of the object, or objects, an act is about."""
    one = {"type": "integer", "x-object": subject.type._meta.label_lower}
    title = str(subject.type._meta.verbose_name)
    if subject.many:
        return {"type": "array", "items": one, "minItems": 1, "title": title}
    return {**one, "title": title}


def schema_of(this: Act, *, with_subject: bool) -> dict[str, Any]:
    """JSON Schema of an act's values in the reader's language, nested rows written out in place.

    with_subject: `on` names the object or objects, where no address does.
    """
    said = this.model.model_json_schema()
    parts = said.pop("$defs", {})
    schema: dict[str, Any] = _in_place(said, parts)
    schema["title"] = str(this.label)
    if this.subject is not None and with_subject:
        schema["properties"] = {"on": subject_schema(this.subject), **schema.get("properties", {})}
        schema["required"] = ["on", *schema.get("required", [])]
    return schema


def _in_place(said: Any, parts: dict[str, Any]) -> Any:
    if isinstance(said, list):
        return [_in_place(one, parts) for one in said]
    if not isinstance(said, dict):
        return said
    if "$ref" in said:
        rest = {name: value for name, value in said.items() if name != "$ref"}
        return {**_in_place(parts[said["$ref"].rpartition("/")[2]], parts), **rest}
    return {name: _in_place(value, parts) for name, value in said.items()}
