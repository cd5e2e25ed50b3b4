"""What may be done with a series: set up and changed by people, begun day by day by the clock."""

from opsloop.engine.series.actions.planning import change, create, pause, resume, stop
from opsloop.engine.series.actions.running import begin, replan, run_now

__all__ = ["begin", "change", "create", "pause", "replan", "resume", "run_now", "stop"]
