"""An SOP in force without a playbook around it, for tests and measurements."""

from __future__ import annotations

from hashlib import sha256

from opsloop.base.kinds.fields import plain
from opsloop.base.testing import given, make
from opsloop.engine.sops.models import Sop
from opsloop.engine.sops.tests.samples import read


def publish(text: str, ident: str = "refund", number: int = 1) -> Sop:
    """The text as version `number` of this SOP."""
    item = read(text, ident)
    assert item.obj is not None, item.findings if hasattr(item, "findings") else item
    sha = sha256(text.encode()).hexdigest()
    values = {"number": number, "sha256": sha, "title": item.obj.title, "withdrawn": False}
    definition = plain(type(item.obj), item.obj)
    if (row := Sop.objects.filter(ident=ident).first()) is None:
        return make(Sop, ident=ident, definition=definition, **values)
    with given():
        row = Sop.objects.get(pk=row.pk)
        row.number, row.sha256, row.definition = number, sha, definition
        row.save()
    return row
