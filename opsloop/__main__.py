"""python -m opsloop: the same as the command `opsloop`."""

import sys

from opsloop.config.cli import main

if __name__ == "__main__":
    sys.exit(main())
