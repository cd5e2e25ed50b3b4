"""What a person's page tells: positions past, present and to come, absences, the account, tokens, links."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.base.people.actions.rules import outranks
from opsloop.base.people.models import Absence, Account, Appointment, Decision, Holding, Person, PersonKind, Token
from opsloop.base.policy.rules import can, reads
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import NotFound

ACCOUNT_ACTS = (
    "people.open_account", "people.close_account", "people.reset_password", "people.reset_second_factor",
)  # fmt: skip
OLD_ABSENCES = 10


def person_named(by: Person, pk: int) -> Person:
    """The person, if `by` may see them. Raises NotFound."""
    found = visible(by, Person).select_related("account").filter(pk=pk).first()
    if found is None:
        raise NotFound(_t("There is no such {what}.").format(what=Person._meta.verbose_name))
    return found


@dataclass(frozen=True, slots=True)
class Span:
    """A row with a beginning and an end, and where now stands in it: now, later or past."""

    row: Any
    state: str

    @property
    def tone(self) -> str:
        return {"now": "green", "later": "blue"}.get(self.state, "secondary")

    @property
    def word(self) -> str:
        return {"now": _t("now"), "later": _t("to come")}.get(self.state, _t("past"))


def spans(rows: Iterable[Any], now: datetime | None = None) -> list[Span]:
    """What is to come first, then what is, then what was; each the newest first."""
    now = now or timezone.now()
    found = [Span(row, state_at(row, now)) for row in rows]
    order = {"later": 0, "now": 1, "past": 2}
    return sorted(found, key=lambda one: (order[one.state], -one.row.starts_at.timestamp()))


def state_at(row: Any, now: datetime) -> str:
    """The end itself is no longer part of a span."""
    if row.ends_at is not None and row.ends_at <= now:
        return "past"
    return "later" if row.starts_at > now else "now"


@dataclass(slots=True)
class AccountState:
    """How somebody signs in, for those whom it concerns; without `account` they cannot."""

    account: Account | None
    detailed: bool
    second_factor: bool = False
    may_link: bool = False

    @property
    def open(self) -> bool:
        return self.account is not None and self.account.is_active

    @property
    def waits_for_password(self) -> bool:
        return self.account is not None and self.open and not self.account.has_usable_password()


def account_state(by: Person, person: Person) -> AccountState:
    """Whether somebody may sign in is for all who see them; how, for themselves, administrators and auditors."""
    account: Account | None = getattr(person, "account", None)
    state = AccountState(account, by == person or reads(by, "contact") or may_account(by, person))
    if account is not None and state.detailed:
        state.second_factor = Authenticator.objects.filter(user=account).exists()
        state.may_link = state.waits_for_password and may_hand_out_link(by, person)
    return state


def may_account(by: Person, person: Person) -> bool:
    """May `by` do any act on this person's account?"""
    return any(can(by, act, person) for act in ACCOUNT_ACTS)


def may_hand_out_link(by: Person, person: Person) -> bool:
    """Whoever sees the link could walk it: the same rule as for opening an account or resetting a password."""
    may = can(by, "people.open_account", person) or can(by, "people.reset_password", person)
    return may and by != person and not outranks(person, by)


@dataclass(slots=True)
class Told:
    """Everything on a person's page that is not a column."""

    person: Person
    holdings: list[Span] = field(default_factory=list)
    waiting: list[Appointment] = field(default_factory=list)
    absences: list[Span] = field(default_factory=list)
    stands_in: list[Span] = field(default_factory=list)
    tokens: list[Token] = field(default_factory=list)
    may_issue: bool = False

    @property
    def posts(self) -> list[Holding]:
        """Held now."""
        return [one.row for one in self.holdings if one.state == "now"]

    @property
    def away(self) -> Absence | None:
        """The absence that is now."""
        return next((one.row for one in self.absences if one.state == "now"), None)


def told_of(by: Person, person: Person) -> Told:
    """A fixed number of queries, however long somebody has been here."""
    now = timezone.now()
    held = visible(by, Holding).filter(person=person).select_related("position", "department")
    away = visible(by, Absence).filter(person=person).select_related("substitute")
    lent = visible(by, Absence).filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now), substitute=person)
    asked = visible(by, Appointment).filter(person=person, state=Decision.WAITING)
    return Told(
        person,
        holdings=spans(held, now),
        waiting=list(asked.select_related("position", "department", "asked_by", "person")),
        absences=spans(away.order_by("-starts_at")[:OLD_ABSENCES], now),
        stands_in=spans(lent.select_related("person"), now),
        tokens=list(visible(by, Token).filter(person=person).order_by("revoked_at", "-pk")),
        may_issue=may_issue(by, person),
    )


def may_issue(by: Person, person: Person) -> bool:
    """A token is issued for oneself, or for a robot by those who register robots; the act judges the same."""
    fits = by == person or (person.kind == PersonKind.ROBOT and can(by, "people.register_robot"))
    return fits and can(by, "people.issue_token", person)
