"""Each morning: owners are asked for the reviews that come due, and overdue ones are told, each once."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.due import Done, Due, when_due
from opsloop.base.jobs.api import Context, scheduled
from opsloop.base.people.models import Person
from opsloop.engine.sops.actions import ask_reviews, tell_reviews_late
from opsloop.engine.sops.models import Review, ReviewState
from opsloop.engine.sops.reviewing import due_now

MAY = ("sops.ask_reviews", "sops.tell_reviews_late")


@scheduled("sops.reviews", _("Ask for reviews of SOPs"), cron="20 7 * * *", catch_up="latest", may=MAY)
def ask_for_reviews(ctx: Context) -> None:
    """What days without a worker left undone is done once, on the first day with one."""
    mind(ctx.by)


@when_due("sops", order=86, may=MAY)
def reviews_due(asked: Due) -> list[Done]:
    """The same for `opsloop run`."""
    late, given = mind(asked.by)
    said = [
        (_t("{n} reviews of SOPs are overdue.").format(n=late), late),
        (_t("{n} SOPs are to be reviewed.").format(n=given), given),
    ]
    return [Done(text, {"reviews": n}) for text, n in said if n]


def mind(by: Person) -> tuple[int, int]:
    """(reviews told to be overdue, reviews asked for)."""
    waiting = Review.objects.filter(state=ReviewState.OPEN).select_related("sop")
    late = list(waiting.filter(late_at=None, limit_on__lt=timezone.localdate()).order_by("limit_on", "pk"))
    told = tell_reviews_late(late, by=by) if late else 0
    asked = set(waiting.values_list("sop_id", flat=True))
    due = [one for one in due_now() if one.pk not in asked]
    return told, ask_reviews(due, by=by) if due else 0
