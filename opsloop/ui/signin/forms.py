"""The forms of signing in."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Account, Person


class SignInForm(LoginForm):  # type: ignore[misc]
    """Login and password, in words of ours."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Login")
        self.fields["password"].label = _("Password")
        self.fields["password"].help_text = ""
        for name, field in self.fields.items():
            field.widget.attrs["autofocus" if name == "login" else "required"] = True


class _Coded(forms.Form):
    """Says what the code is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code of the second step")


class CodeForm(_Coded, AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""


class ConfirmCodeForm(_Coded, ReauthenticateForm):  # type: ignore[misc]
    """The same, to confirm that it is you."""


class SwitchOnForm(_Coded, ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new authenticator."""


class NewPasswordForm(forms.Form):
    """A new password, twice, by the rules of settings.AUTH_PASSWORD_VALIDATORS."""

    new = forms.CharField(
        label=_("New password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters; a sentence is good, your name is not."),
    )
    again = forms.CharField(
        label=_("The same again"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, account: Account | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        new, again = said.get("new"), said.get("again")
        if new and again and new != again:
            self.add_error("again", _t("The two are not the same."))
        if new:
            try:
                password_validation.validate_password(new, self._user(said))
            except forms.ValidationError as error:
                self.add_error("new", error)
        return said

    def _user(self, said: dict[str, Any]) -> Account:
        """Whose password it becomes: the validators compare it with their login."""
        return self.account or Account(login=said.get("login") or "", email=said.get("email") or "", person=Person())


class FirstForm(NewPasswordForm):
    """What a new workspace needs: the token of the console, the company, its first administrator."""

    token = forms.CharField(label=_("One-time token"), help_text=_("It stands on the console where Opsloop started."))
    company = forms.CharField(label=_("Company"), max_length=80)
    name = forms.CharField(label=_("Your name"), max_length=60)
    number = forms.CharField(label=_("Staff number"), max_length=30, required=False)
    login = forms.CharField(
        label=_("Login"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "username"})
    )
    email = forms.EmailField(label=_("E-mail"), required=False)

    field_order = ("token", "company", "name", "number", "login", "email", "new", "again")
