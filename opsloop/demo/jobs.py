"""The demo stays alive: each day that ends in the shops comes within the hour; displays and mailers come behind."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from opsloop.base.due import Done, Due, when_due
from opsloop.base.jobs.api import SLOW, Context, enqueue, scheduled, task
from opsloop.data.sources.loading import LoadResult
from opsloop.data.sources.loading.results import told
from opsloop.demo import arriving, bringing, chosen, closings, grocer
from opsloop.demo.arriving import Arrival
from opsloop.demo.chosen import Chosen

MAY = ("sources.load", "sources.hold", "sources.recognise", "sources.fail")
PROMOTIONS = "demo.bring_promotions"


@scheduled("demo.bring_day", _("Bring in the demo's next day"), cron="5 * * * *", may=MAY, prepare=True)
def bring_day(ctx: Context) -> None:
    """Put the files of days that have ended into drop/, and load them; enter what the tills said of those before."""
    if (now := there()) is not None:
        _bring(ctx, now, arriving.since_set_up(now, grocer.today()))
        closings.enter(now, grocer.today())


@when_due("demo", order=5, may=MAY)
def day_due(asked: Due) -> list[Done]:
    """`opsloop run --as-of DATE`: the files of all days that have ended in the shops by that moment."""
    now = there()
    if now is None:
        return []
    today = asked.now.astimezone(ZoneInfo(grocer.ZONE)).date()
    out: list[Done] = []

    def tell(n: int, total: int, one: Arrival, result: LoadResult | None) -> None:
        out.extend([Done(told(result), result.plain())] if result is not None else [])

    arrivals = arriving.since_set_up(now, today, ahead=today > grocer.today())
    try:
        bringing.bring(now, arrivals, by=asked.by, tell=tell)
        closings.enter(now, today)
    except (bringing.NotLoaded, grocer.NoPackage) as error:
        out.append(Done(str(error), {"error": str(error)}, failed=True))
    return out


@task(
    PROMOTIONS, _("Load the demo's displays and mailers"), prepare=True, queue=SLOW, timeout_s=3600, may=MAY,
    max_attempts=5,
)  # fmt: skip
def bring_promotions(ctx: Context) -> None:
    """20.9 million rows, month by month; begun again, it goes on with the first month that is missing."""
    if (now := there()) is not None:
        _bring(ctx, now, arriving.promotions_at_set_up(now))


def ask_for_promotions(now: Chosen) -> bool:
    """Put the job into the queue when months are missing. Answers whether some are."""
    if not bringing.missing(arriving.promotions_at_set_up(now)):
        return False
    enqueue(PROMOTIONS, key=f"{PROMOTIONS}:{now.set_up_on}", behalf=None)
    return True


def there() -> Chosen | None:
    """What was chosen at set-up; None before."""
    file = settings.WORKSPACE.var / chosen.FILE
    return chosen.read(file) if file.exists() else None


def _bring(ctx: Context, now: Chosen, arrivals: Iterable[Arrival]) -> None:
    def tell(n: int, total: int, one: Arrival, result: LoadResult | None) -> None:
        ctx.progress(n, total, one.name)

    bringing.bring(now, arrivals, by=ctx.by, tell=tell)
