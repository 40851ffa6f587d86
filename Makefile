# One command per task. `make setup` once; then `make ci` before a change is offered.

PYTHON ?= python3
BIN ?= .venv/bin
only ?=

.PHONY: setup test lint types imports docs docs-check bench ci

setup:
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q -e '.[dev]'

test:
	$(BIN)/python -m pytest $(only)

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

ci: lint types imports docs-check test
