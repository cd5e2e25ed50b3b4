import json
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from axes.models import AccessAttempt
from django.utils import timezone

from opsloop.base.acts import Forbidden, Refused
from opsloop.base.ledger import chain
from opsloop.base.ledger.models import Entry, Private
from opsloop.base.people import erased_list, erasing
from opsloop.base.people.actions import (
    ask_to_erase,
    confirm_erasure,
    correct,
    decline_erasure,
    enter_absence,
    leave,
    open_account,
    register,
)
from opsloop.base.people.actions.erasures import repeat_erasure
from opsloop.base.people.models import Absence, Account, Person, SignIn
from opsloop.base.testing import Cast, make, person

SECRETS = ("王芳", "王小芳", "A001", "wang@example.com", "13800138000", "stomach", "wang.f")


@pytest.fixture
def gone(cast: Cast) -> Person:
    """Somebody with traces everywhere, who has left."""
    wang = register(by=cast.lin, name="王芳", number="A001", email="wang@example.com", phone="13800138000")
    correct(wang, by=cast.lin, name="王小芳", reason="married")
    account = open_account(wang, by=cast.lin, login="wang.f")
    enter_absence(wang, by=cast.lin, starts_at=timezone.now(), reason="stomach")
    now = timezone.now()
    make(SignIn, account=account, began_at=now, seen_at=now, address="10.0.0.7", agent="Phone")
    make(EmailAddress, user=account, email="wang@example.com")
    make(AccessAttempt, username="wang.f", ip_address="10.0.0.7", failures_since_start=1)
    leave(wang, by=cast.lin, last_day=timezone.localdate() - timedelta(days=1), reason="stomach")
    return wang


@pytest.fixture
def second(cast: Cast) -> Person:
    return person("Qian", cast.manager, cast.ops)


@pytest.mark.both
def test_nothing_personal_is_left_and_the_chain_is_whole(
    cast: Cast, gone: Person, second: Person, django_capture_on_commit_callbacks
) -> None:
    asked = ask_to_erase(gone, by=cast.lin, reason="asked by mail on 3 March")
    with django_capture_on_commit_callbacks(execute=True):
        confirm_erasure(asked, by=second)
    assert chain.verify() == []
    left = [json.dumps(row, default=str, ensure_ascii=False) for row in _every_row()]
    assert [secret for secret in SECRETS if any(secret in row for row in left)] == []
    again = Person.objects.get(pk=gone.pk)
    assert again.erased_at and str(again) == f"#{gone.pk}" and again.left_on is not None
    assert asked.reason == "asked by mail on 3 March"
    assert str(gone.pk) in erasing.erased()


def _every_row() -> list[dict]:
    from django.apps import apps

    return [row for model in apps.get_models() for row in model._base_manager.values()]


def test_the_test_above_would_see_what_is_there(cast: Cast, gone: Person) -> None:
    left = "".join(json.dumps(row, default=str, ensure_ascii=False) for row in _every_row())
    side = "".join(json.loads(text) for text in Private.objects.values_list("text", flat=True) if text[0] == '"')
    assert all(secret in left + side for secret in SECRETS)


def test_a_second_person_confirms(cast: Cast, gone: Person, second: Person) -> None:
    asked = ask_to_erase(gone, by=cast.lin, reason="by law")
    for wrong in (cast.lin, cast.chen, cast.robot):
        with pytest.raises(Forbidden):
            confirm_erasure(asked, by=wrong)
    with pytest.raises(Refused):
        ask_to_erase(gone, by=cast.lin, reason="twice")
    decline_erasure(asked, by=second, reason="a case is open")
    with pytest.raises(Refused):
        confirm_erasure(asked, by=second)
    assert Person.objects.get(pk=gone.pk).name == "王小芳"


def test_only_who_has_left_is_erased(cast: Cast) -> None:
    with pytest.raises(Refused):
        ask_to_erase(cast.chen, by=cast.lin, reason="by law")
    with pytest.raises(Forbidden):
        ask_to_erase(cast.chen, by=cast.chen, reason="by law")


def test_an_erased_person_is_neither_corrected_nor_erased_again(cast: Cast, gone: Person, second: Person) -> None:
    confirm_erasure(ask_to_erase(gone, by=cast.lin, reason="by law"), by=second)
    with pytest.raises(Refused):
        correct(gone, by=cast.lin, name="back", reason="oops")
    with pytest.raises(Refused):
        ask_to_erase(gone, by=cast.lin, reason="again")
    assert not Account.objects.get(person=gone).is_active
    assert Absence.objects.get(person=gone).reason == ""


def test_other_apps_erase_theirs_in_the_same_transaction(cast: Cast, gone: Person, second: Person, monkeypatch) -> None:
    heard: list[int] = []
    monkeypatch.setattr(erasing, "_erasers", [lambda who: heard.append(who.pk)])
    confirm_erasure(ask_to_erase(gone, by=cast.lin, reason="by law"), by=second)
    assert heard == [gone.pk]

    def broken(who: Person) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr(erasing, "_erasers", [broken])
    other = register(by=cast.lin, name="Li")
    leave(other, by=cast.lin, last_day=timezone.localdate() - timedelta(days=1), reason="gone")
    asked = ask_to_erase(other, by=cast.lin, reason="by law")
    with pytest.raises(RuntimeError):
        confirm_erasure(asked, by=second)
    assert Person.objects.get(pk=other.pk).name == "Li"


def test_who_came_back_with_a_backup_is_erased_again_and_nobody_else(cast: Cast, gone: Person) -> None:
    erasing.list_file().unlink(missing_ok=True)
    with pytest.raises(Refused):
        repeat_erasure(gone, by=cast.lin)
    erasing.keep({"people": {str(gone.pk): {"at": "2026-03-03"}}})
    with pytest.raises(Forbidden):
        repeat_erasure(gone, by=cast.chen)
    assert erasing.repeaters()["people"](erasing.noted("people"), cast.lin) == 1
    assert Person.objects.get(pk=gone.pk).name == "" and Person.objects.get(pk=cast.chen.pk).name == "Chen"
    assert Entry.objects.filter(act="people.repeat_erasure").count() == 1
    assert erasing.repeaters()["people"](erasing.noted("people"), cast.lin) == 0


def test_a_list_of_before_is_understood_and_one_of_another_company_is_not_taken(tmp_path: Path) -> None:
    old = tmp_path / "erased.json"
    old.write_text('{"7": "2026-03-03"}')
    assert erased_list.read(old) == {"people": {"7": {"at": "2026-03-03"}}}
    for name in ("one", "two"):
        (tmp_path / name / "var/secrets").mkdir(parents=True)
        (tmp_path / name / "var/secrets/django.key").write_text(name)
    assert erased_list.company_of(tmp_path / "one") != erased_list.company_of(tmp_path / "two")
