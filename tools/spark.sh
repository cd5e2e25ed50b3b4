#!/usr/bin/env bash
# Spark itself, for `make slow`: in an environment of its own, since its package and the client's both bring `pyspark`.
# Only its jars and scripts are used, so nothing that it depends on is installed. About 470 MB.
set -euo pipefail
cd "$(dirname "$0")/.."
wanted=deploy/requirements-spark.txt
stamp=.venv-spark/.made
[ -e "$stamp" ] && [ ! "$wanted" -nt "$stamp" ] && exit 0
uv=$(command -v uv || echo .venv/bin/uv)
if [ -x "$uv" ]; then
    "$uv" venv --quiet --clear --python .venv/bin/python .venv-spark
    "$uv" pip install --quiet --no-config --python .venv-spark/bin/python --no-deps --require-hashes -r "$wanted"
else
    .venv/bin/python -m venv --clear .venv-spark
    .venv-spark/bin/python -m pip install --quiet --no-compile --no-deps --require-hashes -r "$wanted"
fi
touch "$stamp"
