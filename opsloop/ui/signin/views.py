"""Our own pages around signing in: leaving, security, sessions, the one-time link, the first start, the demo's door."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import login, logout
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _t
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from opsloop.base.acts import Invalid, Refused
from opsloop.base.people.actions import set_up
from opsloop.base.people.beginning import (
    end_first_start,
    faces,
    first_start_token,
    is_first_start_token,
    setup_robot,
    unfinished,
)
from opsloop.base.people.models import Account, Holding, SignIn
from opsloop.base.people.passwords import account_of
from opsloop.ui.page import page
from opsloop.ui.signin import sessions
from opsloop.ui.signin.forms import FirstForm, NewPasswordForm

BACKEND = "django.contrib.auth.backends.ModelBackend"


@page(public=True)
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out here."""
    sessions.end(SignIn.objects.filter(pk=sessions.key_of(request)))
    logout(request)
    return redirect("account_login")


@page(anyone=True)
@never_cache
def security(request: HttpRequest) -> HttpResponse:
    """Password, second factor, recovery codes and where one is signed in."""
    account = _mine(request)
    factors = {one.type: one.wrap() for one in Authenticator.objects.filter(user=account)}
    codes = factors.get(Authenticator.Type.RECOVERY_CODES)
    return render(
        request,
        "signin/security.html",
        {
            "account": account,
            "has_password": account.has_usable_password(),
            "has_totp": Authenticator.Type.TOTP in factors,
            "codes_left": len(codes.get_unused_codes()) if codes else 0,
            "sessions": sessions.open_of(account),
            "here": sessions.key_of(request),
        },
    )


def _mine(request: HttpRequest) -> Account:
    assert isinstance(request.user, Account)
    return request.user


@page(anyone=True)
@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign out in one other place; one's own only."""
    get_object_or_404(SignIn, pk=pk, account=_mine(request))
    sessions.end(SignIn.objects.filter(pk=pk))
    return redirect("signin:security")


@page(anyone=True)
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere else."""
    count = sessions.end_others(request, _mine(request))
    messages.success(request, _t("Signed out in {n} other places.").format(n=count))
    return redirect("signin:security")


@page(public=True)
@never_cache
@sensitive_post_parameters("new", "again")
def set_password(request: HttpRequest, token: str) -> HttpResponse:
    """The one-time link of a new or reset account. Afterwards one signs in, second factor included."""
    account = account_of(token)
    if account is None:
        return render(request, "signin/link_over.html", status=410)
    form = NewPasswordForm(request.POST or None, account=account)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            locked = Account.objects.select_for_update().get(pk=account.pk)
            if account_of(token) is None:  # somebody was quicker with the same link
                return render(request, "signin/link_over.html", status=410)
            locked.set_password(form.cleaned_data["new"])
            locked.save(update_fields=["password"])
        messages.success(request, _t("Your password is set; sign in with it."))
        return redirect("account_login")
    return render(request, "signin/set_password.html", {"form": form, "account": account})


@page(public=True)
@never_cache
@sensitive_post_parameters("token", "new", "again")
def first(request: HttpRequest) -> HttpResponse:
    """The beginning of a workspace, for whoever has the console's token. Not there once somebody can sign in."""
    if first_start_token() is None:
        raise Http404
    form = FirstForm(request.POST or None, initial={"token": request.GET.get("token", "")})
    if request.method == "POST" and form.is_valid():
        account = _begin(form)
        if account is not None:
            login(request, account, backend=BACKEND)
            return redirect("workbench")
    return render(request, "signin/first.html", {"form": form})


def _begin(form: FirstForm) -> Account | None:
    """Set the workspace up and the administrator's password, or put what is wrong beside the form's fields."""
    said = form.cleaned_data
    if not is_first_start_token(said["token"]):
        form.add_error("token", _t("This is not the token of the console."))
        return None
    values = {name: said[name] for name in ("company", "name", "number", "login", "email")}
    try:
        account = unfinished() or set_up(by=setup_robot(), **values)
    except Invalid as error:
        for name, texts in error.errors.items():
            form.add_error(name if name in form.fields else None, texts)
        return None
    except Refused as error:
        form.add_error(error.field if error.field in form.fields else None, str(error.text))
        return None
    account.set_password(said["new"])
    account.save(update_fields=["password"])
    end_first_start()
    return account


@page(public=True)
@never_cache
def demo_faces(request: HttpRequest) -> HttpResponse:
    """The door of a demo: whose work would you like to see? Not there in a real workspace."""
    found = faces()
    if not found:
        raise Http404
    held = Holding.objects.at().filter(person__in=[one.person_id for one in found]).select_related("position")
    posts = {one.person_id: one.position for one in held.order_by("-starts_at")}
    shown = [(one, posts.get(one.person_id)) for one in found]
    return render(request, "signin/faces.html", {"faces": shown, "next": request.GET.get("next", "")})


@page(public=True)
@require_POST
def demo_enter(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign in as one of the faces."""
    account = next((one for one in faces() if one.pk == pk), None)
    if account is None:
        raise Http404
    sessions.end(SignIn.objects.filter(pk=sessions.key_of(request)))
    logout(request)
    login(request, account, backend=BACKEND)
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return redirect(back if back and safe else "workbench")
