"""Settings for the type checker, which has no workspace of its own."""

from opsloop.config import testing as _testing  # noqa: F401
from opsloop.config.settings import *  # noqa: F403
