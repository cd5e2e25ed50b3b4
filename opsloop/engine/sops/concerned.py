"""Who reads an SOP: the positions that do, approve, answer for, are asked or told; and what they are asked about it."""

from __future__ import annotations

from opsloop.base.kinds.readers import Question, Quiz, read_by
from opsloop.engine.sops.definition import SopFile
from opsloop.engine.sops.walk import people_of

FIELD = "field:"


def concerned(ident: str, sop: SopFile) -> list[str]:
    """Codes of positions, its owner's too. Who is named by a field is known only in a case, so nobody reads for it."""
    return sorted({sop.owner, *(who for who in people_of(sop) if not who.startswith(FIELD))})


def quiz_of(sop: SopFile) -> Quiz | None:
    """Its quiz, None without one."""
    if sop.quiz is None:
        return None
    asked = tuple(Question(one.ask, one.options, one.right, one.why) for one in sop.quiz.questions)
    return Quiz(sop.quiz.pass_, sop.quiz.tries, asked)


read_by("sop", concerned, quiz=quiz_of)
