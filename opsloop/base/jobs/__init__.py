"""Jobs: work that goes on after the page is answered, on time and exactly once.

Import from `opsloop.base.jobs.api`; this package itself is loaded before any model may be.
"""
