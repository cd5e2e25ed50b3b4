"""What a finding that an SOP's rule raised is called, in the reader's language."""

from __future__ import annotations

from opsloop.engine.cases import casevalues, raising
from opsloop.engine.cases.models import Case
from opsloop.engine.cases.translated import said

PART = "rule-"


def names_of(pk: int, part: str) -> tuple[str, ...]:
    """One: the rule's title with the case's fields in their places, as they are now."""
    row = Case.objects.select_related("edition").filter(pk=pk).first()
    number = part.removeprefix(PART)
    if row is None or not part.startswith(PART) or not number.isdecimal():
        return ()
    file = said(row.edition)
    if int(number) >= len(file.raises):
        return ()
    return (raising.title(file, int(number), casevalues.typed(file, row.values)),)
