"""What a case is called, and the key by which the same case is recognised: from its fields, as its start says."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _t

from opsloop.base.acts import Refused
from opsloop.engine.cases import casevalues
from opsloop.engine.cases.models import LIVE, Case
from opsloop.engine.sops.definition import SopFile

PLACE = re.compile(r"\{([a-z0-9_.-]+)\}")


def called(file: SopFile, values: Mapping[str, object]) -> tuple[str, str | None]:
    """(title, key): no title where the start's form is not filled yet, no key where a field of it is empty."""
    kinds = {one.id: one for one in file.fields}

    def shown(ident: str) -> str:
        return casevalues.shown(kinds[ident], values.get(ident)) if ident in kinds else ""

    asked = [one for one in PLACE.findall(file.start.title) if one in kinds]
    filled = not asked or any(shown(one) for one in asked)
    title = PLACE.sub(lambda found: shown(found.group(1)), file.start.title).strip() if filled else ""
    key = [shown(one) for one in file.start.key]
    return title, " · ".join(key)[:200] if key and all(key) else None


def name(case: Case, file: SopFile, values: Mapping[str, object]) -> Case | None:
    """Set title and key; answers another case that is running with this key."""
    title, case.key = called(file, values)
    case.title = (title or case.title or file.title)[:200]
    if case.key is None:
        return None
    return Case.objects.filter(sop=case.sop, key=case.key, status__in=LIVE).exclude(pk=case.pk).first()


def name_once(case: Case, file: SopFile, values: Mapping[str, object]) -> None:
    """As `name`. Raises Refused where one of the same key is running."""
    if (same := name(case, file, values)) is not None:
        text = _t("{title} is running already for {key}.").format(title=same, key=case.key)
        raise Refused(text, field="values")
