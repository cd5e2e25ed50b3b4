"""The small language of conditions in SOP files: comparison, and/or/not, in, is, arithmetic, days and spans.

    when: subject.budget > 50000 and not urgent
    when: level >= serious or verdict in [属实, 部分属实]
    when: today > subject.window.end + 3 days
    when: receipt is empty

`parse` reads it, `show` writes it, `names` are the fields that it needs, `condition` says what does not fit a `Scope`,
`ready` makes what `holds` and `evaluate` are given. Nothing is ever executed as Python, and a condition that was
checked never fails when it is evaluated; see `evaluating` for what is missing.
"""

from opsloop.engine.sops.expressions.evaluating import evaluate, holds
from opsloop.engine.sops.expressions.judging import Fault, condition, judge, ready, resolve
from opsloop.engine.sops.expressions.reading import ExpressionError, parse
from opsloop.engine.sops.expressions.sorts import Scope, Sort, Typed
from opsloop.engine.sops.expressions.tree import Expr, names, show

__all__ = [
    "Expr", "ExpressionError", "Fault", "Scope", "Sort", "Typed", "condition", "evaluate", "holds", "judge", "names",
    "parse", "ready", "resolve", "show",
]  # fmt: skip
