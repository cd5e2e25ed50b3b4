"""Side-by-side measurements: each figure is a ratio of two things run in turn in the same process or hour.

Importing the package makes a throw-away workspace and starts Django on it.
"""

import django

from opsloop.config import testing as _testing  # noqa: F401

django.setup()
