"""Who sees jobs: what a person asked for is their own; schedules and messages are for those who see all of `jobs`."""

from opsloop.base.jobs.models import Job, Outbox, Schedule
from opsloop.base.policy.scopes import scoped

scoped(Job, noun="jobs", owner="behalf")
scoped(Schedule, noun="jobs")
scoped(Outbox, noun="jobs")
