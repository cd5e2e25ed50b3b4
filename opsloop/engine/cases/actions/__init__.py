"""One act for each command to a case. The case's lock and revision are those of the act."""

from opsloop.engine.cases.actions.alerting import end_with, open_for
from opsloop.engine.cases.actions.clock import hear, receive, ring
from opsloop.engine.cases.actions.deciding import (
    add_signers,
    approve,
    reject,
    remove_signer,
    return_,
    take_back,
)
from opsloop.engine.cases.actions.doing import begin_work, claim, complete, read, unclaim
from opsloop.engine.cases.actions.handing import comment, copy, delegate, give_back, hand_over, urge
from opsloop.engine.cases.actions.migrating import migrate
from opsloop.engine.cases.actions.noting import note
from opsloop.engine.cases.actions.pausing import pause_step, resume_step
from opsloop.engine.cases.actions.starting import start, withdraw
from opsloop.engine.cases.actions.steering import cancel, lower_level, resolve, resume, set_values, skip, suspend

__all__ = [
    "add_signers",
    "approve",
    "begin_work",
    "cancel",
    "claim",
    "comment",
    "complete",
    "copy",
    "delegate",
    "end_with",
    "give_back",
    "hand_over",
    "hear",
    "lower_level",
    "migrate",
    "note",
    "open_for",
    "pause_step",
    "read",
    "receive",
    "reject",
    "remove_signer",
    "resolve",
    "resume",
    "resume_step",
    "return_",
    "ring",
    "set_values",
    "skip",
    "start",
    "suspend",
    "take_back",
    "unclaim",
    "urge",
    "withdraw",
]  # fmt: skip
