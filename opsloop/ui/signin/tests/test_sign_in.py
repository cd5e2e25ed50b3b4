"""Signing in with a password and a second factor, being locked out, leaving."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from opsloop.base.people.models import Account, SignIn
from opsloop.base.testing import Cast, make, person
from opsloop.ui.signin.adapter import MfaAdapter

PASSWORD = "a quiet morning in may"


@pytest.fixture(autouse=True)
def _no_limits_from_other_tests():
    cache.clear()


@pytest.fixture
def account(cast: Cast) -> Account:
    row = make(Account, login="chen", person=cast.chen)
    row.set_password(PASSWORD)
    row.save()
    return row


def sign_in(client: Client, password: str = PASSWORD, login: str = "chen", **extra: str):
    return client.post("/sign-in/", {"login": login, "password": password, **extra})


@pytest.mark.both
def test_login_and_password_open_the_start_page(account: Account) -> None:
    client = Client(HTTP_USER_AGENT="Phone")
    assert sign_in(client)["Location"] == "/"
    assert client.get("/").status_code == 200
    row = SignIn.objects.get()
    assert (row.account, row.agent, row.address) == (account, "Phone", "127.0.0.1")
    account.refresh_from_db()
    assert account.password.startswith("argon2")


def test_capitals_in_the_login_do_not_matter(account: Account) -> None:
    assert sign_in(Client(), login="CHEN").status_code == 302


def test_after_signing_in_one_lands_where_one_wanted_and_nowhere_else(account: Account) -> None:
    assert sign_in(Client(), next="/go/?q=a")["Location"] == "/go/?q=a"
    assert sign_in(Client(), next="https://evil.example/")["Location"] == "/"


def test_a_wrong_password_and_an_unknown_login_look_the_same(account: Account) -> None:
    texts = []
    for login in ("chen", "nobody"):
        page = sign_in(Client(), "wrong", login=login)
        assert page.status_code == 200 and not SignIn.objects.exists()
        texts.append(re.sub(r'value="[^"]*"', "", page.content.decode()))
    assert texts[0] == texts[1] and 'role="alert"' in texts[0]


@pytest.mark.both
def test_many_wrong_passwords_lock_out_from_here(account: Account) -> None:
    client = Client()
    answers = [sign_in(client, "wrong", login=login).status_code for login in ["chen", "Chen", " CHEN "] * 3]
    assert answers[:7] == [200] * 7 and answers[-1] == 429
    locked = sign_in(client)
    assert locked.status_code == 429 and not SignIn.objects.exists()
    assert "signin/locked.html" in [t.name for t in locked.templates]
    elsewhere = Client(REMOTE_ADDR="10.9.8.7")
    assert sign_in(elsewhere).status_code == 302  # the person is not shut out by somebody else's attempts


def test_nobody_signs_up(account: Account) -> None:
    from django.urls import NoReverseMatch

    with pytest.raises(NoReverseMatch):
        reverse("account_signup")
    assert Client().get("/sign-in/signup/").status_code == 404


def test_a_closed_account_and_one_who_has_left_do_not_get_in(account: Account, cast: Cast) -> None:
    Account.objects.update(is_active=False)
    answer = sign_in(Client(), follow=True)
    assert answer["Location"] == reverse("account_inactive") and not SignIn.objects.exists()
    assert Client().get(reverse("account_inactive")).status_code == 200
    gone = person("Gone", left_on=timezone.localdate() - timezone.timedelta(days=1))
    row = make(Account, login="gone", person=gone)
    row.set_password(PASSWORD)
    row.save()
    assert sign_in(Client(), login="gone")["Location"] == reverse("account_inactive")
    assert not SignIn.objects.exists()


def test_leaving_needs_a_post_and_ends_the_session(account: Account) -> None:
    client = Client()
    sign_in(client)
    assert client.get(reverse("signin:leave")).status_code == 405
    assert client.get("/").status_code == 200
    assert client.post(reverse("signin:leave"))["Location"] == "/sign-in/"
    assert client.get("/").status_code == 302
    assert SignIn.objects.get().ended_at is not None


def test_signing_in_changes_the_session_key(account: Account) -> None:
    client = Client()
    client.get("/sign-in/")
    session = client.session
    session["planted"] = "yes"
    session.save()
    client.cookies["sessionid"] = before = session.session_key
    sign_in(client)
    assert client.cookies["sessionid"].value != before


# the second factor


@pytest.fixture
def signed_in(account: Account) -> Client:
    client = Client()
    sign_in(client)
    return client


def code_for(secret: str) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, totp.yield_hotp_counters_from_time().__next__()))


def switch_on(client: Client) -> str:
    """Set the authenticator up as a person would; answers its secret."""
    asked = client.get(reverse("mfa_activate_totp"))
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    client.post(asked["Location"], {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    assert f"<code>{secret}</code>" in page.content.decode() and "data:image/svg+xml" in page.content.decode()
    done = client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})
    assert done["Location"] == reverse("mfa_view_recovery_codes")
    return secret


def test_setting_up_asks_for_the_password_first_and_shows_recovery_codes(signed_in: Client) -> None:
    switch_on(signed_in)
    codes = signed_in.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    assert len(codes) == 10
    page = signed_in.get(reverse("signin:security")).content.decode()
    assert reverse("mfa_deactivate_totp") in page and "10" in page


def test_the_secret_is_encrypted_in_the_database(signed_in: Client) -> None:
    secret = switch_on(signed_in)
    row = Authenticator.objects.get(type="totp")
    assert secret not in str(row.data) and MfaAdapter().decrypt(row.data["secret"]) == secret


def test_signing_in_then_asks_for_the_code(signed_in: Client, account: Account) -> None:
    secret = switch_on(signed_in)
    cache.clear()  # the code just used may be used in this test again
    client = Client()
    assert sign_in(client)["Location"] == reverse("mfa_authenticate")
    assert client.get("/").status_code == 302
    client.cookies["django_language"] = "en"
    asked = client.get(reverse("mfa_authenticate")).content.decode()
    assert "Code of the second step" in asked and "placeholder" not in asked
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert client.get("/").status_code == 302
    assert client.post(reverse("mfa_authenticate"), {"code": code_for(secret)})["Location"] == "/"
    assert client.get("/").status_code == 200


def test_a_recovery_code_works_once(signed_in: Client) -> None:
    switch_on(signed_in)
    code = signed_in.get(reverse("mfa_view_recovery_codes")).context["unused_codes"][0]
    for expected in (302, 200):
        client = Client()
        sign_in(client)
        assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == expected


def test_wrong_codes_lock_out_like_wrong_passwords(signed_in: Client) -> None:
    secret = switch_on(signed_in)
    client = Client()
    sign_in(client)
    for _ in range(9):
        cache.clear()  # allauth's own limit, which counts per process
        last = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert last.status_code == 429
    cache.clear()
    assert client.post(reverse("mfa_authenticate"), {"code": code_for(secret)}).status_code == 429
    assert client.get("/").status_code == 302
    assert sign_in(Client()).status_code == 429  # and the password no longer helps from here either


def test_the_second_factor_is_switched_off_after_a_confirmation(signed_in: Client) -> None:
    switch_on(signed_in)
    assert signed_in.get(reverse("mfa_deactivate_totp")).status_code == 200
    assert signed_in.get(reverse("mfa_generate_recovery_codes")).status_code == 200
    signed_in.post(reverse("mfa_generate_recovery_codes"))
    assert signed_in.post(reverse("mfa_deactivate_totp"))["Location"] == reverse("mfa_index")
    assert not Authenticator.objects.exists()
    assert sign_in(Client())["Location"] == "/"


# the password


def test_changing_the_password_signs_out_elsewhere(signed_in: Client, account: Account) -> None:
    other = Client()
    sign_in(other)
    new = "a loud evening in june"
    page = signed_in.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert page["Location"] == reverse("signin:security")
    assert signed_in.get("/").status_code == 200
    assert other.get("/").status_code == 302
    assert SignIn.objects.filter(ended_at__isnull=True).count() == 1
    assert sign_in(Client(), new).status_code == 302


@pytest.mark.parametrize("weak", ["short", "1234567890", "password12"])
def test_a_weak_password_is_refused(signed_in: Client, weak: str) -> None:
    page = signed_in.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": weak, "password2": weak}
    )
    assert page.status_code == 200 and page.context["form"].errors


def test_who_has_no_password_is_told_so(cast: Cast) -> None:
    row = make(Account, login="wu", person=cast.wu, password="!none")
    client = Client()
    client.force_login(row, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("account_change_password"))["Location"] == reverse("signin:security")
    assert client.get(reverse("signin:security")).status_code == 200


def test_our_words_stand_where_a_library_has_others() -> None:
    """Of two catalogues that translate the same English text, Django takes the app's that is named first."""
    apps = settings.INSTALLED_APPS
    ours = [place for place, name in enumerate(apps) if name.startswith("opsloop.") and name != "opsloop.config"]
    assert max(ours) < min(place for place, name in enumerate(apps) if not name.startswith("opsloop."))


def test_a_short_password_is_said_in_the_readers_language(signed_in: Client) -> None:
    signed_in.cookies["django_language"] = "zh-hans"
    page = signed_in.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": "short", "password2": "short"}
    )
    said = page.content.decode()
    assert "This password is too short" not in said and ("至少 10 个字符。" in said or "At least 10" in said)


def test_a_code_confirms_that_it_is_you_where_it_is_asked(signed_in: Client) -> None:
    secret = switch_on(signed_in)
    client = Client()
    sign_in(client)
    cache.clear()
    client.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
    cache.clear()
    asked = client.get(reverse("mfa_deactivate_totp"))
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    page = client.get(reverse("mfa_reauthenticate"), {"next": reverse("mfa_deactivate_totp")})
    assert page.status_code == 200
    done = client.post(
        reverse("mfa_reauthenticate"), {"code": code_for(secret), "next": reverse("mfa_deactivate_totp")}
    )
    assert done["Location"] == reverse("mfa_deactivate_totp")
    assert client.get(reverse("mfa_deactivate_totp")).status_code == 200
