# One command per task. `make setup` once; then `make ci` before a change is offered.

PYTHON ?= python3
BIN ?= .venv/bin
LOWEST ?= $(BIN)/../lowest
PYTEST = -m pytest -n auto --dist loadfile
only ?=

.PHONY: setup test lowest lint types imports docs docs-check bench ci

setup:
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q -e '.[dev]'

test:
	$(BIN)/python $(PYTEST) $(only)

# With the lowest versions that are declared, Spark left out.
lowest:
	$(BIN)/uv venv -q --clear --python $(BIN)/python $(LOWEST)
	$(BIN)/uv pip install -q --python $(LOWEST)/bin/python --resolution lowest-direct '.[download,duckdb,excel,test]'
	$(LOWEST)/bin/python $(PYTEST) --ignore tests/engines $(only)

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types:
	$(BIN)/mypy

imports:
	$(BIN)/lint-imports

docs:
	$(BIN)/python tools/make_docs.py

docs-check:
	$(BIN)/python tools/make_docs.py --check

bench:
	$(BIN)/python benchmarks/run.py

ci: lint types imports docs-check test lowest
