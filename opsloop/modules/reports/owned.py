"""A person's own report as its page shows it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _t

from opsloop.base.acts import registry
from opsloop.modules.reports.models import OwnReport


def shown(own: OwnReport) -> dict[str, Any]:
    """Counts, groups of assignments and steps, recorded acts, and the person's own words."""
    said: dict[str, Any] = own.done or {}
    counts, made_up = said.get("counts", {}), said.get("simulated", [])
    tiles = (
        (_t("Done"), "done"),
        (_t("Overdue"), "late"),
        (_t("In work"), "running"),
        (_t("Given to others"), "given"),
    )
    groups = (("done", _t("Done")), ("late", _t("Overdue")), ("running", _t("In work")))
    return {
        "tiles": [(title, counts.get(key, 0), key in made_up) for title, key in tiles],
        "groups": [(key, title, [_line(one) for one in said.get(key, [])]) for key, title in groups],
        "acts": [(str(registry[one["act"]].label), one["n"]) for one in said.get("acts", []) if one["act"] in registry],
        "texts": [
            (_t("In my own words"), own.words), (_t("Next week"), own.plans), (_t("Where I need help"), own.help),
        ],
        "copies": own.copies.select_related("person"),
    }  # fmt: skip


def _line(one: dict[str, Any]) -> dict[str, Any]:
    done = datetime.fromisoformat(one["done"]) if one.get("done") else None
    due = datetime.fromisoformat(one["due"]) if one["due"] else None
    return {**one, "done_at": done, "due_at": due}
