"""allauth's views as the product shows them: our templates, each declared, locked out by django-axes."""

from __future__ import annotations

from typing import Any

from allauth.account import views as base
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as oidc
from axes.decorators import axes_dispatch, axes_form_invalid
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_lockout_response
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext as _t

from opsloop.base.people.beginning import faces, first_start_token
from opsloop.base.people.models import Account
from opsloop.ui.page import page


@method_decorator(axes_dispatch, name="dispatch")
@method_decorator(axes_form_invalid, name="form_invalid")
class SignIn(base.LoginView):  # type: ignore[misc]
    """Login and password. A workspace without anybody leads to its beginning, a demo to its faces."""

    template_name = "signin/sign_in.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        elsewhere = self._elsewhere()
        return redirect(elsewhere) if elsewhere else super().get(request, *args, **kwargs)

    def _elsewhere(self) -> str | None:
        if not Account.objects.exists():
            return reverse("signin:first") if first_start_token() else None
        if "password" not in self.request.GET and faces():
            back = self.request.GET.get("next")
            return reverse("signin:faces") + (f"?{urlencode({'next': back})}" if back else "")
        return None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        said = settings.WORKSPACE.oidc
        company = {"name": said.get("name") or "OpenID", "id": said.get("provider_id")} if said else None
        return {**super().get_context_data(**kwargs), "company_account": company, "has_faces": bool(faces())}


class SecondFactor(mfa.AuthenticateView):  # type: ignore[misc]
    """The code after the password. Wrong ones lock out like wrong passwords."""

    template_name = "signin/second_factor.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if _locked(request, self.stage.login.user):
            return get_lockout_response(request)  # type: ignore[no-any-return]
        return super().post(request, *args, **kwargs)  # type: ignore[no-any-return]


def _locked(request: HttpRequest, user: Account) -> bool:
    return not AxesProxyHandler.is_allowed(request, {"username": user.login})


class ChangePassword(base.PasswordChangeView):  # type: ignore[misc]
    template_name = "signin/change_password.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        account = request.user
        if isinstance(account, Account) and not account.has_usable_password():
            messages.info(request, _t("You sign in with your company account; there is no password here."))
            return redirect("signin:security")
        return super().dispatch(request, *args, **kwargs)  # type: ignore[no-any-return]


sign_in = page(public=True)(SignIn.as_view())
inactive = page(public=True)(base.AccountInactiveView.as_view(template_name="signin/inactive.html"))
second_factor = page(public=True)(SecondFactor.as_view())
change_password = page(anyone=True)(ChangePassword.as_view())
confirm_password = page(anyone=True)(base.ReauthenticateView.as_view(template_name="signin/confirm.html"))
confirm_code = page(anyone=True)(mfa.ReauthenticateView.as_view(template_name="signin/confirm.html"))
totp_on = page(anyone=True)(totp.ActivateTOTPView.as_view(template_name="signin/totp_on.html"))
totp_off = page(anyone=True)(totp.DeactivateTOTPView.as_view(template_name="signin/totp_off.html"))
show_codes = page(anyone=True)(codes.ViewRecoveryCodesView.as_view(template_name="signin/codes.html"))
new_codes = page(anyone=True)(codes.GenerateRecoveryCodesView.as_view(template_name="signin/new_codes.html"))
company_error = page(public=True)(social.LoginErrorView.as_view(template_name="signin/unknown.html"))
company_cancelled = page(public=True)(social.LoginCancelledView.as_view(template_name="signin/unknown.html"))


@page(public=True)
def company(request: HttpRequest, provider_id: str) -> HttpResponse:
    """To the company's own sign-in server; by POST only, so that no link signs anybody in."""
    if request.method != "POST":
        return redirect("account_login")
    return oidc.login(request, provider_id)  # type: ignore[no-any-return]


@page(public=True)
def company_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the company's sign-in server."""
    return oidc.callback(request, provider_id)  # type: ignore[no-any-return]
