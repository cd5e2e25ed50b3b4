"""A Python with Django on one workspace, loaded once; each piece of code runs in a fork of it.

Starting Python and loading the product takes longer than what tests ask of it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping

SERVER = """
import json, os, sys, tempfile, traceback
import django
django.setup()
for line in sys.stdin:
    said = [tempfile.TemporaryFile(), tempfile.TemporaryFile()]
    if (pid := os.fork()) == 0:
        for number, file in enumerate(said, 1):
            os.dup2(file.fileno(), number)
        status = 1
        try:
            exec(json.loads(line), {"__name__": "__main__"})
            status = 0
        except SystemExit as end:
            status = end.code or 0
        except BaseException:
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    texts = []
    for file in said:
        with file:
            file.seek(0)
            texts.append(file.read().decode())
    print(json.dumps([status, *texts]), flush=True)
"""


Done = subprocess.CompletedProcess[str]


class Console:
    """Starts with the first question; `close` ends it."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = dict(env)
        self._process: subprocess.Popen[str] | None = None

    def __call__(self, code: str) -> str:
        """What the code printed, stripped. Raises AssertionError with all it said when it failed."""
        done = self.run(code)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    def opsloop(self, *words: str) -> Done:
        """A command on this workspace to its end."""
        return self.run(f"import sys; from opsloop.config.cli import main; sys.exit(main({list(words)!r}))")

    def run(self, code: str) -> Done:
        """Code to its end, as `subprocess.run` tells it."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-c", SERVER], env=self.env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(code) + "\n")
        self._process.stdin.flush()
        status, out, err = json.loads(self._process.stdout.readline())
        return subprocess.CompletedProcess(code, status, out, err)

    def close(self) -> None:
        if self._process is not None:
            process, self._process = self._process, None
            assert process.stdin is not None and process.stdout is not None
            process.stdin.close()
            process.wait(30)
            process.stdout.close()
