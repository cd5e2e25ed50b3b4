"""Whose a finding is, and how much a post may have in hand (在办上限)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.base.acts import Forbidden, Refused
from opsloop.base.inbox.api import able, holders
from opsloop.base.people.models import Holding, Person, Position
from opsloop.base.policy.models import Mandate
from opsloop.base.policy.standing import in_force
from opsloop.engine.findings.models import Finding
from opsloop.engine.findings.transitions import IN_HAND

USUAL_MOST = 8
"""Findings that a post has in hand at once where its file says nothing: `limits: {findings: {in_hand: 5}}`."""


def loads(posts: Iterable[Position]) -> list[tuple[Position, int, int]]:
    """Each post with how many findings it has in hand, taken on and not done, and how many its file of today allows."""
    rows = list(posts)
    mandates = in_force({one.pk for one in rows}, timezone.now())
    taken = Finding.objects.filter(owner__in=rows, state__in=IN_HAND).order_by()
    counts = dict(taken.values_list("owner").annotate(n=Count("pk")))
    return [(one, counts.get(one.pk, 0), _most(mandates.get(one.pk))) for one in rows]


def _most(mandate: Mandate | None) -> int:
    said = (mandate.limits if mandate else {}).get("findings", {}).get("in_hand")
    return USUAL_MOST if said is None else int(float(said))


def refuse_full(finding: Finding, owner: Position) -> None:
    """Raises Refused with the way out when the post has its hands full and no exception was granted for this one."""
    [(_post, has, may)] = loads([owner])
    if has < may or finding.exception:
        return
    text = _t(
        "{post} has {n} findings in hand, its limit is {most}. Finish or hand over one, choose another post, or have "
        "an exception granted."
    )
    raise Refused(text.format(post=owner.name, n=has, most=may), field="owner")


def holds(person: Person, finding: Finding) -> bool:
    """Does this person hold the post that has it?"""
    held = Holding.objects.at().filter(person=person, position_id=finding.owner_id)
    return finding.owner_id is not None and held.exists()


def has(person: Person, finding: Finding) -> bool:
    """Is it this person's to do: in their hands, or their post's while nobody of it has taken it?"""
    return finding.person_id == person.pk or (finding.person_id is None and holds(person, finding))


def must_have(finding: Finding, by: Person) -> None:
    """Raises Forbidden for who neither has it nor decided it."""
    if not has(by, finding) and finding.decided_by_id != by.pk:
        raise Forbidden(_t("Only who has it, or who decided it, says this."))


def who_have(finding: Finding) -> list[Person]:
    """The person, or everyone who holds the post."""
    if finding.person is not None:
        return [finding.person]
    if finding.owner is None:
        return []
    return holders(finding.owner.code, finding.department) or holders(finding.owner.code)


def disinterested(finding: Finding) -> list[Person]:
    """Who may verify it: not who decided it and not who did it."""
    own = {finding.decided_by_id, finding.done_by_id, finding.person_id}
    return [one for one in able("findings.verify", finding) if one.pk not in own]
