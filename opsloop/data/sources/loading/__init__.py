"""Loading: what the command line, jobs, the import wizard and the demo call.

    from opsloop.data.sources.loading import load, load_dropped, release, turn_back
    results = load(source, [Path("orders-1.csv")], by=person)

Files are prepared outside any transaction and published by one act. Whatever happens to a file, there is a Load that
says so: loaded, came again, held, or failed with one clear message. A killed load leaves the old version as it was.
"""

from opsloop.data.sources.loading.deciding import release, turn_back
from opsloop.data.sources.loading.load import collect_and_load, load, load_at, load_dropped
from opsloop.data.sources.loading.results import LoadResult

__all__ = ["LoadResult", "collect_and_load", "load", "load_at", "load_dropped", "release", "turn_back"]
