"""工作台: what one person has to do now."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.ui.page import PersonRequest, page


def greeting(hour: int) -> str:
    """By the organisation's clock."""
    if hour < 5 or hour >= 22:
        return _t("It is late")
    if hour < 11:
        return _t("Good morning")
    return _t("Good afternoon") if hour < 18 else _t("Good evening")


@page(anyone=True)
def workbench(request: PersonRequest) -> HttpResponse:
    """The start page of everyone."""
    now = timezone.localtime()
    return render(request, "workbench/workbench.html", {"greeting": greeting(now.hour), "now": now})
