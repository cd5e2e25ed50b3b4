"""Values of files as people say them: choices by their labels, ids by their titles, rows by the labels of their fields.

What does not fit its field, as a draft may have it, stays as it is written.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _t

from opsloop.base.kinds.fields import Choice, Either, Group, Keyed, Many, OneOf, Plain, Shape, fields_of
from opsloop.base.kinds.says import Says
from opsloop.base.things.texts import listed
from opsloop.playbook import diff
from opsloop.playbook.reading.labels import Labels, english

NOTHING = "–"


def worded(labels: Labels, shape: Shape, says: Says, value: Any) -> str:
    """A value of a field on one line, in the reader's language."""
    if value is None or value in ("", [], {}):
        return NOTHING
    if isinstance(shape, Many | Either) and isinstance(value, list):
        item = shape.item if isinstance(shape, Many) else Plain(str)
        return listed(worded(labels, item, says, one) for one in value)
    if isinstance(value, dict):
        return _mapping(labels, shape, says, value)
    if isinstance(value, bool):
        return _t("yes") if value else _t("no")
    if isinstance(shape, Choice):
        return next((str(one.label) for one in shape.options if one.value == value), str(value))
    return said_of(labels, says, value) if isinstance(value, str) else diff.show(value)


def said_of(labels: Labels, says: Says, code: str) -> str:
    """A text of a field: an id by what it names, a code by its word, anything else as it stands."""
    if says.words is not None:
        return str(says.words(code))
    if "act" in says.refs:
        return labels.act(code)
    return labels.title(says.refs, code)[0] if says.refs else code


def key_of(labels: Labels, says: Says, key: str) -> str:
    """What a key of a mapping is called: by what the keys are, else as limits and measures are named."""
    if says.keys is not None and (says.keys.refs or says.keys.words):
        return said_of(labels, says.keys, key)
    return labels.measure(key) if key.isascii() else key


def differences(labels: Labels, found: list[diff.Difference]) -> list[diff.Difference]:
    """The same with both sides in words."""
    return [one.saying(*(worded(labels, one.shape, one.says, side) for side in (one.old, one.new))) for one in found]


def _mapping(labels: Labels, shape: Shape, says: Says, value: dict[str, Any]) -> str:
    if isinstance(shape, Group | OneOf):
        group = shape if isinstance(shape, Group) else shape.member(set(value))
        known = {f.key: f for f in fields_of(group.cls)}
        pairs = [
            (str(known[key].says.label), worded(labels, known[key].shape, known[key].says, one))
            if key in known else (key, diff.show(one))
            for key, one in value.items()
        ]  # fmt: skip
    elif isinstance(shape, Keyed):
        pairs = [(key_of(labels, says, key), worded(labels, shape.value, says, one)) for key, one in value.items()]
    else:
        pairs = [(key, diff.show(one)) for key, one in value.items()]
    return (", " if english() else "；").join(_t("{label}: {value}").format(label=a, value=b) for a, b in pairs)
