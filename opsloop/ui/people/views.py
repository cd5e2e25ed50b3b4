"""People as a list, one person, and what somebody's positions allow on a day."""

from __future__ import annotations

from datetime import datetime, time

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from opsloop.base.acts import Forbidden, Refused
from opsloop.base.people.passwords import link_token
from opsloop.base.policy.rules import can
from opsloop.ui.days import day_of
from opsloop.ui.lists import list_page
from opsloop.ui.page import PersonRequest, page
from opsloop.ui.people.lists import PeopleList
from opsloop.ui.people.queries import account_state, may_hand_out_link, person_named, told_of
from opsloop.ui.people.rights import rights_of


@page(see="people")
def people_list(request: PersonRequest) -> HttpResponse:
    """Who works here."""
    may_import = can(request.person, "people.register")
    return list_page(request, PeopleList, template="people/list.html", may_import=may_import)


@require_safe
@page(see="people")
def person_page(request: PersonRequest, pk: int) -> HttpResponse:
    """One person: details, positions, absences, sign-in, tokens, files, links and what was done."""
    by = request.person
    one = person_named(by, pk)
    context = {"one": one, "told": told_of(by, one), "sign_in": account_state(by, one), "now": timezone.now()}
    return render(request, "people/person.html", context)


@require_safe
@page(see="people")
def rights_page(request: PersonRequest, pk: int) -> HttpResponse:
    """What somebody could do and see on a day: today, or the end of `?on=2026-08-31`."""
    one, today = person_named(request.person, pk), timezone.localdate()
    on = day_of(request.GET.get("on", "")) or today
    at = None if on == today else timezone.make_aware(datetime.combine(on, time(23, 59, 59)))
    context = {"one": one, "on": on, "today": today, "rights": rights_of(one, at)}
    return render(request, "people/rights.html", context)


@require_POST
@never_cache
@page(see="people")
def link_page(request: PersonRequest, pk: int) -> HttpResponse:
    """The one-time link by which somebody sets their password; derived anew each time, stored nowhere."""
    one = person_named(request.person, pk)
    if not may_hand_out_link(request.person, one):
        raise Forbidden(_t("This page is not for your position."))
    try:
        token = link_token(one.account)
    except (ValueError, AttributeError):
        raise Refused(_t("Only an open account without a password gets a link.")) from None
    url = request.build_absolute_uri(reverse("signin:set_password", args=[token]))
    hours = settings.PASSWORD_RESET_TIMEOUT // 3600
    return render(request, "people/link.html", {"one": one, "url": url, "hours": hours})
