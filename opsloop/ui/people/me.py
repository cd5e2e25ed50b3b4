"""My profile: what is known of me, what I may do, where I am signed in, when I am away."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from opsloop.base.people.models import Account
from opsloop.ui.page import PersonRequest, page
from opsloop.ui.people.queries import account_state, told_of
from opsloop.ui.people.rights import rights_of
from opsloop.ui.signin import sessions


@require_safe
@page(anyone=True)
def my_page(request: PersonRequest) -> HttpResponse:
    """Everyone's own page, whatever their position shows them of others."""
    me = request.person
    account = getattr(me, "account", None)
    context: dict[str, Any] = {
        "one": me,
        "told": told_of(me, me),
        "sign_in": account_state(me, me),
        "rights": rights_of(me),
        "sessions": list(sessions.open_of(account)) if isinstance(account, Account) else [],
        "here": sessions.key_of(request),
        "now": timezone.now(),
    }
    return render(request, "people/me.html", context)
