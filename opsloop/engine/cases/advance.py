"""advance(program, state, command, now, world) -> Outcome: the only way a case moves. Pure: same in, same out.

A rule that says no raises `flow.outcome.No` and nothing has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from opsloop.engine.cases.flow import assigning, deciding, doing, moving, pausing, timing, whole
from opsloop.engine.cases.flow import commands as say
from opsloop.engine.cases.flow.closing import end, is_live
from opsloop.engine.cases.flow.commands import Command
from opsloop.engine.cases.flow.desk import Desk
from opsloop.engine.cases.flow.joining import settle
from opsloop.engine.cases.flow.outcome import Changes, No, Outcome, World
from opsloop.engine.cases.flow.state import CaseStatus, State
from opsloop.engine.cases.program import Program

__all__ = ["No", "Outcome", "World", "advance"]


def advance(program: Program, state: State, command: Command, now: datetime, world: World) -> Outcome:
    """What one command changes. Raises No where a rule says no."""
    desk = Desk(program, state, now, world, command.by)
    if command.rev is not None and command.rev != state.head.rev:
        raise No("stale", rev=state.head.rev)
    if not _fits(desk, command):
        return Outcome(state, Changes(state.head))
    COMMANDS[type(command)](desk, command)
    settle(desk)
    return desk.outcome()


ANYTIME = (say.Comment, say.Copy, say.Read)
STANDING = (say.Resume, say.Cancel, say.Withdraw, say.SubcaseEnded, say.Message, say.Resolve, say.HandOver, *ANYTIME)
BY_ITSELF = (say.TimersDue, say.SubcaseEnded, say.Message)
"""What nobody says: late ones change nothing, they are no faults."""


def _fits(desk: Desk, command: Command) -> bool:
    """May this be said now? False: it comes too late and nobody need know."""
    status = desk.head.status
    if (status == CaseStatus.NEW) != isinstance(command, say.Start):
        raise No("not-started" if status == CaseStatus.NEW else "started")
    if status in (CaseStatus.NEW, CaseStatus.RUNNING):
        return not isinstance(command, say.Resume) or _no("not-suspended")
    if is_live(desk):
        if isinstance(command, say.TimersDue):
            return False
        return isinstance(command, STANDING) or _no("suspended")
    if isinstance(command, BY_ITSELF):
        return False
    return isinstance(command, ANYTIME) or _no("over", status=status)


def _no(code: str, **details: object) -> bool:
    raise No(code, **details)


def _cancel(desk: Desk, command: say.Cancel) -> None:
    if not command.reason.strip():
        raise No("reason")
    end(desk, CaseStatus.CANCELLED, command.reason)


COMMANDS: dict[type[Command], Callable[[Desk, Any], None]] = {
    say.Start: whole.start, say.Claim: doing.claim, say.Unclaim: doing.unclaim, say.Begin: doing.begin,
    say.Read: doing.read, say.Complete: doing.complete, say.Agree: deciding.agree, say.Reject: deciding.reject,
    say.Return: deciding.give_back_to, say.TakeBack: deciding.take_own_back, say.AddSigners: deciding.add_signers,
    say.RemoveSigner: deciding.remove_signer, say.HandOver: assigning.hand_over, say.Delegate: assigning.delegate,
    say.GiveBack: assigning.give_back, say.Urge: assigning.urge, say.Copy: assigning.copy,
    say.Comment: assigning.comment, say.Resolve: assigning.resolve, say.Withdraw: whole.withdraw,
    say.Suspend: whole.suspend, say.Resume: whole.resume, say.Cancel: _cancel,
    say.TimersDue: lambda desk, _command: timing.ring(desk), say.Message: whole.message,
    say.SubcaseEnded: whole.subcase_ended, say.SetValues: whole.set_values, say.LowerLevel: whole.lower_level,
    say.Skip: whole.skip, say.Move: moving.move, say.PauseStep: pausing.pause_step, say.ResumeStep: pausing.resume_step,
}  # fmt: skip
