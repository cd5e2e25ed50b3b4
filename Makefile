# make demo   sets everything up and serves the demo company on http://127.0.0.1:8000
# make test   sets everything up and runs the tests (SQLite, then those marked `both` on PostgreSQL)
# make slow   the tests that take minutes: the second engine on clusters of two workers, Sail and Spark
# make check  format, lint, types, layers, layout: under a minute
PY := .venv/bin/python
DIR ?= demo
# where it is set, each of the tests' many processes would compile 1,600 files anew: 2 of the 4 s that a start takes
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test slow check style types layout bench torture setup dev lock wheel format

setup:
	@tools/setup.sh demo

dev:
	@tools/setup.sh dev

demo: setup
	@.venv/bin/opsloop demo --dir $(DIR)

test: dev
	@tools/system.sh
	$(PY) -m pytest -n 2 -m "not slow"
	$(PY) tests/postgres.py -- $(PY) -m pytest -n 2 -m "both and not slow"

slow: dev
	@tools/system.sh java
	@tools/spark.sh
	$(PY) -m pytest -m slow

check: dev
	@$(MAKE) --no-print-directory --output-sync=target -j 2 types style layout

style:
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports

types:
	.venv/bin/mypy

layout:
	$(PY) -m pytest tests/layout

format: dev
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

bench: dev
	$(PY) -m bench

torture: dev
	@tools/system.sh
	OPSLOOP_TORTURE=1 $(PY) -m pytest tests/torture -p no:cacheprovider

lock:
	uv lock
	uv export --quiet --frozen --no-dev --extra demo --no-emit-project --no-header -o deploy/requirements.txt
	uv export --quiet --frozen --all-extras --group dev --no-emit-project --no-header -o deploy/requirements-dev.txt
	printf 'pyspark==4.2.0' | uv pip compile --quiet --no-deps --generate-hashes --no-header - -o deploy/requirements-spark.txt

wheel: dev
	uv build --wheel
