"""How I am told of each kind: what holds, why it holds, and the form to change it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_safe

from opsloop.base.acts import Call, perform
from opsloop.base.inbox.kinds import Manner, notice_kinds
from opsloop.base.inbox.models import Rule, When, Where
from opsloop.base.inbox.rules import ALL_KINDS, mail_works
from opsloop.base.people.models import Person
from opsloop.base.policy.rules import can
from opsloop.base.things.errors import NotFound
from opsloop.ui.forms import ActForm
from opsloop.ui.page import PersonRequest, page
from opsloop.ui.reply import acted

ACT = "inbox.set_rule"


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the table. origin: mine, general (by my rule for all kinds) or default."""

    kind: str
    title: str
    inbox: bool
    mail: bool
    when: str
    quiet: str
    origin: str
    must: bool
    urgent: bool


def table(person: Person) -> list[Told]:
    """All kinds in the order of their titles, the rule for all others first; one query."""
    rules = {one.kind: one for one in Rule.objects.filter(person=person)}
    general = rules.get(ALL_KINDS)
    kinds = sorted(notice_kinds.values(), key=lambda one: str(one.label))
    return [_general(general), *(_line(one, rules.get(one.name), general) for one in kinds)]


def _general(rule: Rule | None) -> Told:
    manner = Manner.of(rule.where, rule.when) if rule else None
    return Told(
        ALL_KINDS,
        _t("All kinds without a rule of their own"),
        bool(manner and Where.INBOX in manner.where),
        bool(manner and Where.MAIL in manner.where),
        str(When(manner.when).label) if manner else _t("as each kind's default says"),
        _quiet(rule),
        "mine" if rule else "default",
        False,
        False,
    )


def _line(kind: Any, own: Rule | None, general: Rule | None) -> Told:
    rule = own or general
    manner = Manner.of(rule.where, rule.when) if rule else kind.default
    if manner.when == When.OFF and not kind.may_off:
        manner = kind.default
    off = manner.when == When.OFF
    return Told(
        kind.name,
        str(kind.label),
        Where.INBOX in manner.where and not off,
        Where.MAIL in manner.where and not off,
        _when(manner, off=off),
        "" if kind.urgent else _quiet(own) or _quiet(general),
        "mine" if own else "general" if general else "default",
        not kind.may_off,
        kind.urgent,
    )


def _when(manner: Manner, *, off: bool) -> str:
    """The moment concerns mails: the inbox has a line at once."""
    return str(When(manner.when).label) if off or Where.MAIL in manner.where else _t("At once")


def _quiet(rule: Rule | None) -> str:
    return f"{rule.quiet_from}–{rule.quiet_to}" if rule and rule.quiet_from and rule.quiet_to else ""


@require_safe
@page(anyone=True)
def rule_list(request: PersonRequest) -> HttpResponse:
    """Everything at a glance, with what keeps mails from coming at all."""
    context = {
        "rows": table(request.person),
        "may": can(request.person, ACT),
        "no_server": not mail_works(),
        "no_address": not request.person.email,
    }
    return render(request, "inbox/rules.html", context)


@page(act=ACT)
def rule_form(request: PersonRequest, kind: str) -> HttpResponse:
    """The form of one kind, begun with what holds now; `default` goes back."""
    known = notice_kinds.get(kind)
    if known is None and kind != ALL_KINDS:
        raise NotFound(_t("There is no such kind of notice."))
    title = str(known.label) if known else _t("All kinds without a rule of their own")
    if request.method == "POST" and "default" in request.POST:
        perform(ACT, {"kind": kind}, Call(by=request.person, via="page"))
        return _done(request, _t("{kind}: the default holds again").format(kind=title))
    sent = request.POST if request.method == "POST" else None
    form = ActForm(ACT, request.person, None, sent, given={"kind": kind}, start=_begin(request.person, kind))
    form.fields["when"].required = True  # without it the act forgets the rule; here that is a button of its own
    if sent is not None and form.submit():
        return _done(request, _t("{kind}: saved").format(kind=title))
    context = {
        "form": form,
        "kind": known,
        "title": title,
        "mine": Rule.objects.filter(person=request.person, kind=kind).exists(),
        "action": request.get_full_path(),
        "in_drawer": request.headers.get("HX-Request") == "true",
    }
    return render(request, "inbox/rule.html", context, status=422 if sent is not None else 200)


def _begin(person: Person, kind: str) -> dict[str, Any]:
    """What holds now, as the form's values."""
    rules = {one.kind: one for one in Rule.objects.filter(person=person, kind__in=[kind, ALL_KINDS])}
    rule = rules.get(kind) or rules.get(ALL_KINDS)
    if rule is not None:
        quiet = {"quiet_from": rule.quiet_from, "quiet_to": rule.quiet_to}
        return {"where": list(rule.where), "when": rule.when, **quiet}
    known = notice_kinds.get(kind)
    manner = known.default if known else Manner.of()
    return {"where": sorted(manner.where), "when": manner.when}


def _done(request: PersonRequest, text: str) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        return acted(text, request=request)
    messages.success(request, text)
    return redirect("inbox:rules")
