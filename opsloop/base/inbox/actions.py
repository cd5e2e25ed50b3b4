from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, act
from opsloop.base.inbox import heads as _heads  # noqa: F401  # its act registers itself
from opsloop.base.inbox.kinds import notice_kinds
from opsloop.base.inbox.models import Rule, When, Where
from opsloop.base.inbox.rules import ALL_KINDS
from opsloop.base.inbox.timing import clock
from opsloop.base.people.models import Person
from opsloop.base.things.errors import Invalid, Refused

Clock = Annotated[str, Arg(help=_("For example 22:00; empty for none."), max=5)]


@act("inbox.set_rule", _("Set how I am notified"), done=_("{by} set how to be notified of {kind}"))
def set_rule(
    *,
    by: Person,
    kind: str,
    where: list[Where] | None = None,
    when: When | None = None,
    quiet_from: Clock = "",
    quiet_to: Clock = "",
) -> Rule | None:
    """Where and when one is told of a kind of notice, `*` for all kinds. Quiet hours hold mails back until their end.

    Without `when` one's own rule is forgotten and the default holds again. Refused: switching off what one must know.
    """
    said = notice_kinds.get(kind)
    if said is None and kind != ALL_KINDS:
        raise Invalid({"kind": [_t("There is no such kind of notice.")]})
    if when is None:
        Rule.objects.filter(person=by, kind=kind).delete()
        return None
    if when == When.OFF and (said is None or not said.may_off):
        raise Refused(_t("This kind of notice cannot be switched off."), field="when")
    if not where and when != When.OFF:
        raise Invalid({"where": [_t("Choose at least one place.")]})
    _check_quiet(quiet_from, quiet_to)
    rule = Rule.objects.filter(person=by, kind=kind).first() or Rule(person=by, kind=kind)
    rule.where, rule.when = sorted({one.value for one in where or ()}), when.value
    rule.quiet_from, rule.quiet_to = quiet_from, quiet_to
    rule.save()
    return rule


def _check_quiet(start: str, end: str) -> None:
    wrong = {
        name: [_t("A time like 22:00, please.")]
        for name, value in (("quiet_from", start), ("quiet_to", end))
        if value and clock(value) is None
    }
    if not wrong and bool(start) != bool(end):
        wrong["quiet_to" if start else "quiet_from"] = [_t("Quiet hours need a start and an end.")]
    if wrong:
        raise Invalid(wrong)
