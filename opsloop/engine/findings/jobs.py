"""By themselves: what is done by its assignments, what is overdue, what a publication names, what is to be measured."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import acting
from opsloop.base.due import Done, Due, when_due
from opsloop.base.jobs.api import Context, scheduled
from opsloop.base.links.models import Link
from opsloop.base.people.models import Person
from opsloop.engine.assignments.models import RUNNING
from opsloop.engine.assignments.models import State as Task
from opsloop.engine.findings.actions import finish_itself, name_version, remind
from opsloop.engine.findings.actions.verifying import BROUGHT
from opsloop.engine.findings.measuring import due, measured
from opsloop.engine.findings.models import Finding, Measurement
from opsloop.engine.findings.numbering import named
from opsloop.engine.findings.queries import UNDONE, past_due, tasks, verifiable
from opsloop.engine.findings.words import State
from opsloop.playbook.models import Publication
from opsloop.playbook.models import State as Standing

MAY = ("findings.finish_itself", "findings.remind", "findings.name_version")
MEASURES = ("findings.measure",)
MOST = 200
LATELY = timedelta(days=7)


@scheduled("findings.round", _("Look after findings"), cron="*/10 * * * *", may=MAY)
def go_round(ctx: Context) -> None:
    """What its assignments finished, what is overdue, and which publication came of which finding."""
    look_after(ctx.by)


@scheduled("findings.measure_due", _("Measure what findings brought"), cron="20 * * * *", prepare=True, may=MEASURES)
def measure_due(ctx: Context) -> None:
    """Each on its day; tried again every hour while its data is late."""
    with acting(ctx.call()):
        measure_all(ctx.by, timezone.localdate())


@when_due("findings", order=85, may=(*MAY, *MEASURES))
def findings_due(asked: Due) -> list[Done]:
    """The same for `opsloop run`."""
    look_after(asked.by)
    made = measure_all(asked.by, timezone.localdate(asked.now))
    return [Done(_t("Measured: {finding}").format(finding=one.finding), {"finding": one.finding_id}) for one in made]


def look_after(by: Person) -> None:
    """Everything that needs no data."""
    finish_done(by)
    remind_late(by, timezone.localdate())
    tie_publications(by)


def finish_done(by: Person) -> list[Finding]:
    """Those in hand whose assignments are all over, one of them done. What was done is what their doers said."""
    rows = list(Finding.objects.filter(state=State.DOING).order_by("pk")[:MOST])
    every, out = tasks(rows), []
    for finding in rows:
        found = every[finding.pk]
        done = [one for one in found if one.state == Task.DONE]
        if done and not any(one.state in RUNNING for one in found):
            word = "\n".join(f"{one.title}: {one.word}" if one.word else one.title for one in done)
            out.append(finish_itself(finding, by=by, word=word[:2000]))
    return out


def remind_late(by: Person, today: date) -> list[Finding]:
    """Past its day. Of verifying only what can be verified: until a metric is measured, its data is late and not we."""
    rows = Finding.objects.filter(past_due(today), Q(state__in=UNDONE) | verifiable(), told_late=False)
    rows = rows.exclude(state=State.NEW, owner=None).order_by("pk")
    return [remind(one, by=by) for one in rows[:MOST]]


def tie_publications(by: Person) -> list[Finding]:
    """A publication whose reason names GJ-031 came of that finding; both pages show it."""
    since = timezone.now() - LATELY
    rows = Publication.objects.filter(state=Standing.PUBLISHED, published_at__gte=since, reason__icontains="GJ-")
    out = []
    for publication in rows:
        known = set(
            Link.objects.filter(kind=BROUGHT, b_type="playbook.publication", b_id=publication.pk).values_list(
                "a_id", flat=True
            )
        )
        for finding in Finding.objects.filter(number__in=named(publication.reason)).exclude(pk__in=known):
            out.append(name_version(finding, by=by, publication=publication))
    return out


def measure_all(by: Person, today: date) -> list[Measurement]:
    """At most two hundred a round."""
    found = [measured(one, by, today) for one in due(today)[:MOST]]
    return [one for one in found if one is not None]
