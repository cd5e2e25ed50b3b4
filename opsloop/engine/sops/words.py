"""The words that SOP files and their pages share."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class FieldType(models.TextChoices):
    """What sort of value a field of the case holds."""

    TEXT = "text", _("Text")
    LONG = "long", _("Long text")
    NUMBER = "number", pgettext_lazy("sop", "Number")
    MONEY = "money", _("Amount of money")
    DATE = "date", pgettext_lazy("sop", "Day")
    MOMENT = "moment", _("Moment")
    CHOICE = "choice", _("Choice")
    YES_NO = "yes-no", pgettext_lazy("sop", "Yes or no")
    PERSON = "person", _("Person")
    FILE = "file", _("File")
    PHONE = "phone", _("Phone number")
    LIST = "list", _("List of rows")


class May(models.TextChoices):
    """What whoever does a step may do with a field of its form."""

    READ = "read", pgettext_lazy("field", "Only read")
    WRITE = "write", _("May fill in")
    NEED = "need", _("Must fill in")
    HIDDEN = "hidden", _("Does not see it")

    @property
    def fills(self) -> bool:
        """May whoever does the step fill it in?"""
        return self in (May.WRITE, May.NEED)


class How(models.TextChoices):
    """How several approvers decide."""

    IN_TURN = "in-turn", _("In turn")
    ALL = "all", pgettext_lazy("sop", "All together")
    ANY = "any", _("Any one of them")
    AT_LEAST = "at-least", _("At least a number of them")


class Needs(models.TextChoices):
    """When a parallel block is over."""

    ALL = "all", _("When all branches are done")
    ANY = "any", _("When one branch is done")


class From(models.TextChoices):
    """From when a limit counts."""

    OPENED = "opened", _("From when the step opens")
    HAPPENED = "happened", _("From when it happened")


class Withdraw(models.TextChoices):
    """Until when whoever started a case may take it back."""

    UNTIL_ACTED = "until-acted", _("Until somebody has acted")
    ALWAYS = "always", _("At any time")
    NEVER = "never", _("Never")
