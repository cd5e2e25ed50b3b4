"""The words of reports: states, what is compared, what is looked into."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _


class Covers(models.TextChoices):
    """Which period a report is about."""

    WEEK = "last week", _("last week")
    MONTH = "last month", _("last month")

    @property
    def grain(self) -> str:
        return "week" if self is Covers.WEEK else "month"


class Against(models.TextChoices):
    """What figures are held against."""

    PREVIOUS = "previous", _("the period before")
    USUAL = "usual", _("the mean of the twelve before")
    YEAR = "year", _("the same period last year")
    TARGET = "target", _("the target")


class Includes(models.TextChoices):
    """What the machine looks into beside the figures."""

    ALERTS = "alerts", _("alerts")
    QUALITY = "data-quality", _("data quality")
    LATE = "late-assignments", _("overdue assignments")


class State(models.TextChoices):
    """Where an edition stands."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("To be issued")
    ISSUED = "issued", _("Issued")
    CORRECTED = "corrected", _("Replaced by a correction")


WORKING = (State.DRAFT, State.SUBMITTED)
OUT = (State.ISSUED, State.CORRECTED)


class FileShape(models.TextChoices):
    """What a report is taken along as. Names of programs are the same in every language."""

    PDF = "pdf", "PDF"
    WORD = "docx", "Word"
    EXCEL = "xlsx", "Excel"
    POWERPOINT = "pptx", "PowerPoint"
    MARKDOWN = "md", "Markdown"


class OwnState(models.TextChoices):
    """Where a person's own weekly report stands."""

    DRAFT = "draft", _("Draft")
    SENT = "sent", _("Sent upward")


def dimension_name(dim: str) -> str:
    """部门, 品类 and what else is common; another one's own name."""
    known = {
        "department": _t("department"), "category": _t("category"), "store_id": _t("store"), "brand": _t("brand"),
        "age_group": _t("age group"), "income_group": _t("income group"), "channel": _t("channel"),
        "campaign_id": _t("campaign"), "household_id": _t("member household"),
    }  # fmt: skip
    return known.get(dim.rpartition(".")[2], dim)
