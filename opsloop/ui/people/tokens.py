"""Issuing a token: the secret is made here, shown once and forgotten; only its digest goes through the act."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.views.decorators.cache import never_cache

from opsloop.base.acts import Forbidden, registry
from opsloop.base.people.bearers import digest_of, new_secret
from opsloop.base.people.models import Person, Token
from opsloop.base.policy.rules import can
from opsloop.ui.forms import ActForm
from opsloop.ui.page import PersonRequest, page
from opsloop.ui.people.queries import may_issue, person_named

USUAL = timedelta(days=90)


@never_cache
@page(anyone=True)
def token_page(request: PersonRequest, pk: int) -> HttpResponse:
    """The form, and after it the secret, once."""
    by = request.person
    one = by if by.pk == pk else person_named(by, pk)
    if not may_issue(by, one):
        raise Forbidden(_t("This page is not for your position."))
    secret, digest = new_secret()
    sent = request.method == "POST"
    form = ActForm(
        "people.issue_token", by, one, request.POST if sent else None,
        given={"digest": digest}, start={"ends_at": timezone.localtime() + USUAL},
    )  # fmt: skip
    if sent and form.submit():
        return _shown(request, one, form.result, secret)
    context = {"one": one, "form": form, "action": request.path, "acts": acts_of(one)}
    return render(request, "people/token.html", context, status=422 if sent else 200)


def _shown(request: PersonRequest, one: Person, token: Token, secret: str) -> HttpResponse:
    """A repeated sending answers the token of the first one, whose secret nobody has any more."""
    if token.digest != digest_of(secret):
        return redirect(one.get_absolute_url())
    return render(request, "people/secret.html", {"one": one, "token": token, "secret": secret})


def acts_of(person: Person) -> list[tuple[str, str]]:
    """(name, label) of every act that the bearer could be allowed: those the person may do through the API."""
    found = [one for one in registry.values() if "api" in one.doors and can(person, one.name)]
    return sorted((one.name, str(one.label)) for one in found)
