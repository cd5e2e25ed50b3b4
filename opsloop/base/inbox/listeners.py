"""Who is told when a job has failed for good; and what the inbox forgets with a person."""

from __future__ import annotations

from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import operation
from opsloop.base.inbox.kinds import AT_ONCE, QUIETLY, notice_kind
from opsloop.base.inbox.models import Notice
from opsloop.base.inbox.telling import holders, tell
from opsloop.base.jobs.lease import on_dead
from opsloop.base.jobs.models import Job, Outbox
from opsloop.base.jobs.outbox import on_dead_letter
from opsloop.base.jobs.reasons import first_line
from opsloop.base.jobs.robot import robot
from opsloop.base.jobs.tasks import tasks
from opsloop.base.people.erasing import erases
from opsloop.base.people.models import Person
from opsloop.base.things.frame import Call

ADMINISTRATORS = "system-admin"
"""The id of the position in the standard."""

notice_kind("jobs.dead", _("A job failed"), default=AT_ONCE)
# no mail by default: what could not be sent is often a mail
notice_kind("jobs.undelivered", _("A message could not be sent"), default=QUIETLY)


def tell_of_dead_job(job: Job) -> None:
    """One line per task, however many of its jobs fail."""
    task = tasks.get(job.task)
    label = task.label if task else job.task
    asked = [job.behalf] if job.behalf is not None else []
    with operation(Call(by=robot(), via=f"job:{job.pk}")):
        tell(
            [*asked, *holders(ADMINISTRATORS)],
            "jobs.dead",
            format_lazy("{what}：{task}", what=_("A job failed"), task=label),
            first_line(job.error)[:300],
            link=f"/jobs/{job.pk}/",
            key=f"jobs.dead:{job.task}",
        )


on_dead.append(tell_of_dead_job)


def tell_of_dead_letter(row: Outbox) -> None:
    """One line per channel and receiver, however many messages are given up."""
    with operation(Call(by=robot(), via=f"outbox:{row.pk}")):
        tell(
            holders(ADMINISTRATORS),
            "jobs.undelivered",
            _("A message could not be sent"),
            first_line(row.error)[:300],
            link=row.get_absolute_url(),
            key=f"jobs.undelivered:{row.channel}:{row.to}"[:160],
        )


on_dead_letter.append(tell_of_dead_letter)


@erases
def forget_notices(person: Person) -> None:
    """The person's own lines, copies for them, and everybody's lines about them."""
    about = Q(object_type=Person._meta.label_lower, object_id=person.pk)
    Notice.objects.filter(Q(person=person) | Q(behalf=person) | about).delete()
