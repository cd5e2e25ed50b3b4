"""What may be done with a finding. Acts are found here; each file holds those of one part of its circle."""

from opsloop.engine.findings.actions.doing import decide, finish, finish_itself, reopen, take
from opsloop.engine.findings.actions.raising import EvidenceRow, raise_finding, suggest
from opsloop.engine.findings.actions.triaging import allow_more, dismiss, hand_over, merge, split, triage
from opsloop.engine.findings.actions.verifying import measure, name_version, remind, verify, waive

__all__ = [
    "EvidenceRow",
    "allow_more",
    "decide",
    "dismiss",
    "finish",
    "finish_itself",
    "hand_over",
    "measure",
    "merge",
    "name_version",
    "raise_finding",
    "remind",
    "reopen",
    "split",
    "suggest",
    "take",
    "triage",
    "verify",
    "waive",
]
