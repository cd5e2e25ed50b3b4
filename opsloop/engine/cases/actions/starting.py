"""Starting and withdrawing."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Forbidden, Refused, act, warn
from opsloop.base.acts.about import resolve
from opsloop.base.people.models import Holding, Person
from opsloop.base.people.posts import department_of
from opsloop.base.policy.scopes import scope_of
from opsloop.engine.cases import building, naming
from opsloop.engine.cases.actions.shared import Fields, Word, filled, live, of_subject
from opsloop.engine.cases.carrying import carry, new_case
from opsloop.engine.cases.flow import commands as say
from opsloop.engine.cases.lateness import is_late
from opsloop.engine.cases.models import Case
from opsloop.engine.sops.definition import SopFile
from opsloop.engine.sops.models import Sop
from opsloop.engine.sops.wording import limit_words


@act(
    "cases.start", _("Start a case"), done=_("{by} started {result}"),
    doors=frozenset({"api", "cli", "import", "step"}),
)  # fmt: skip
def start(
    *,
    by: Person,
    sop: Annotated[str, Arg(label=_("SOP"), help=_("The id of its file."), max=60)],
    values: Fields | None = None,
    about: Annotated[
        str, Arg(label=_("What the case is about"), help=_("A reference like risks.risk:12."), max=120)
    ] = "",
) -> Case:
    """Begin an SOP with what its start asks for. Refused where one of the same key is running."""
    row = Sop.objects.filter(ident=sop, withdrawn=False).first()
    if row is None:
        raise Refused(_t("There is no SOP {sop} in force.").format(sop=sop), field="sop")
    case = new_case(row, by)
    file = building.definition(case.edition)
    _may_start(file, by)
    given = filled(case, values)
    if about:
        case.subject_type, case.subject_id = _about(file, by, about)
    case.department = department_of(by)
    naming.name_once(case, file, given)
    happened = given.get(file.start.happened) if file.start.happened else None
    moment = happened if isinstance(happened, datetime) else None
    _late(case, file, moment)
    case.save()
    carry(case, say.Start(by=by.pk, values=given, subject=of_subject(values), happened=moment))
    return case


def _about(file: SopFile, by: Person, about: str) -> tuple[str, int]:
    """The subject, which must be of the noun that the SOP is about. Raises Invalid, NotFound, Refused."""
    thing = resolve(by, about)
    scope = scope_of(type(thing))
    if not file.about or scope is None or scope.noun != file.about:
        raise Refused(_t("This SOP is not about such a thing."), field="about")
    return thing._meta.label_lower, thing.pk


def _may_start(file: SopFile, by: Person) -> None:
    posts = file.start.by
    if posts and not Holding.objects.at().filter(person=by, position__code__in=posts).exists():
        raise Forbidden(_t("This SOP is started by others."))


def _late(case: Case, file: SopFile, happened: datetime | None) -> None:
    """Entered later than the SOP allows: only with a reason."""
    if happened is not None and is_late(case, file, happened, timezone.now()):
        allowed = limit_words(file.start.late_limit)
        warn("late-entry", _t("It happened longer ago than {limit}.").format(limit=allowed))


@act("cases.withdraw", _("Withdraw"), done=_("{by} withdrew {case}: {word}"), when=live)
def withdraw(case: Case, *, by: Person, word: Word = "") -> Case:
    """By who started it, until somebody has acted, or as the SOP says."""
    carry(case, say.Withdraw(by=by.pk, comment=word))
    return case
