"""What people, clocks and other systems may say to a case. `by` is None where nobody says it but the engine itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from opsloop.engine.cases.program import Program


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """rev: the revision that the person saw; None where the last word wins."""

    by: int | None = None
    rev: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnItem(Command):
    """About one work item."""

    item: int
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start(Command):
    """Begin the case. happened: when it really happened, if entered later.

    below: a sub-case; what its start needs and nobody has said yet is asked of the initiator, as its first work.
    """

    values: Mapping[str, object] = field(default_factory=dict)
    subject: Mapping[str, str] = field(default_factory=dict)
    happened: datetime | None = None
    below: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(OnItem):
    """认领: take what several could do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclaim(OnItem):
    """Give it back to the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begin(OnItem):
    """Start working on it, so that waiting and working time are told apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read(OnItem):
    """Opened by its person: the read receipt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Complete(OnItem):
    """Done: with the form's values, the files of each evidence and the ticked lines of the checklist.

    subject: what is written into the subject's fields, for the step's act.
    """

    values: Mapping[str, object] = field(default_factory=dict)
    subject: Mapping[str, str] = field(default_factory=dict)
    evidence: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    ticked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Agree(OnItem):
    """同意."""

    values: Mapping[str, object] = field(default_factory=dict)
    subject: Mapping[str, str] = field(default_factory=dict)
    evidence: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    ticked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject(OnItem):
    """驳回: a no. straight: after the correction it comes straight back."""

    straight: bool = False


class To(StrEnum):
    """Whom a return goes to, besides the id of a step."""

    INITIATOR = "to:initiator"
    PREVIOUS = "to:previous"


@dataclass(frozen=True, slots=True, kw_only=True)
class Return(OnItem):
    """退回 to a step that was passed (its id, or a `To`), then everything again or straight back."""

    to: str
    straight: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver(OnItem):
    """转交: for good."""

    to: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegate(OnItem):
    """委派: comes back to whom it was taken from."""

    to: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveBack(OnItem):
    """The one who was asked for help gives it back, with a word."""


class Place(StrEnum):
    """Where a signer is added."""

    BEFORE = "before"
    AFTER = "after"
    BESIDE = "beside"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddSigners(OnItem):
    """加签."""

    people: tuple[int, ...]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveSigner(OnItem):
    """减签: `item` is the added one's; only who added it, or an administrator."""

    force: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(Command):
    """撤回 of the whole case by its initiator."""

    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack(OnItem):
    """撤回 of one's own approval, while nobody has touched what follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Urge(OnItem):
    """催办, limited in number and rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy(Command):
    """抄送: people who are to read it."""

    people: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment(Command):
    """A word to the case; moves nothing."""

    text: str
    mentions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspend(Command):
    """挂起: all limits stand still."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume(Command):
    """Go on; what was left of each limit is left again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseStep(OnItem):
    """One step stands still while somebody outside is waited for. waits: for whom; comment: for what."""

    waits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeStep(OnItem):
    """It goes on with what was left of its limit. force: by who may resume whole cases."""

    force: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel(Command):
    """终止."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimersDue(Command):
    """The clock: everything that is due now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(Command):
    """Something arrived from outside, perhaps before anybody waits for it."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubcaseEnded(Command):
    """The sub-case of this activation is over."""

    activation: int
    outcome: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetValues(Command):
    """Fields of the case changed outside a step: a longer list, a corrected amount."""

    values: Mapping[str, object]
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LowerLevel(Command):
    """The case is less grave than it seemed; only with a reason."""

    level: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip(Command):
    """An administrator goes past a block, with a reason; a deviation for whoever looks later."""

    activation: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve(OnItem):
    """Look again who holds the position now (after a reorganisation), or name somebody where nobody is found."""

    to: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move(Command):
    """迁移 to the version that is the program of `advance`. old: the version that it leaves; plan: see `moving`."""

    old: Program
    plan: Mapping[str, str] = field(default_factory=dict)
    reason: str


LOOKING_BACK = (Reject, Return, TakeBack, RemoveSigner)
"""Commands that may look at what is closed."""
