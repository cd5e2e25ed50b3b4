"""Each piece of advice of an issued report is a finding, whose life the next report tells."""

from __future__ import annotations

from typing import Any

from opsloop.base.people.models import Person
from opsloop.modules.reports.models import Edition


def raise_findings(edition: Edition, by: Person) -> dict[str, Any]:
    """The body of the edition."""
    return dict(edition.body)
