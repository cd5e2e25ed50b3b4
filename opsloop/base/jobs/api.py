"""What other apps use: in jobs.py `task`, `scheduled`, `follower`; in an act `enqueue`, `post`, `put_schedule`."""

from opsloop.base.jobs.context import Context, LostLease, Stopping
from opsloop.base.jobs.mail import mail
from opsloop.base.jobs.outbox import post
from opsloop.base.jobs.queue import enqueue
from opsloop.base.jobs.robot import robot
from opsloop.base.jobs.schedules import drop_schedule, put_schedule
from opsloop.base.jobs.tasks import SLOW, Letter, follower, scheduled, sender, task

__all__ = [
    "SLOW",
    "Context",
    "Letter",
    "LostLease",
    "Stopping",
    "drop_schedule",
    "enqueue",
    "follower",
    "mail",
    "post",
    "put_schedule",
    "robot",
    "scheduled",
    "sender",
    "task",
]
