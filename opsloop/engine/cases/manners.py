"""The ways in which an SOP may decide, leave out and take back: words of its file."""

from __future__ import annotations

from enum import StrEnum


class How(StrEnum):
    """How several approvers decide together."""

    IN_TURN = "in-turn"
    ALL = "all"
    ANY = "any"
    AT_LEAST = "at-least"


class Empty(StrEnum):
    """What happens where nobody may approve."""

    PASS = "pass"  # noqa: S105 - no password
    MANAGER = "manager"
    ADMIN = "admin"


class Own(StrEnum):
    """What happens where the only approver is the initiator."""

    SKIP = "skip"
    MANAGER = "manager"
    ASK = "ask"


class Again(StrEnum):
    """Whether somebody who has just approved is asked again (自动去重)."""

    IN_A_ROW = "in-a-row"
    ASK = "ask"


class Adding(StrEnum):
    """How often an approver may add signers (加签)."""

    FREE = "free"
    ONCE = "once"
    NEVER = "never"


class Takes(StrEnum):
    """Until when the initiator may withdraw (撤回)."""

    UNTIL_ACTED = "until-acted"
    ALWAYS = "always"
    NEVER = "never"


class May(StrEnum):
    """What a step may do with a field of the case. HIDDEN: whoever has the step does not see it meanwhile."""

    HIDDEN = "hidden"
    READ = "read"
    WRITE = "write"
    NEED = "need"

    @property
    def fills(self) -> bool:
        """May whoever does the step fill it in?"""
        return self in (May.WRITE, May.NEED)
