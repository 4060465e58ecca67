# Each target makes what it needs, a virtual environment in .venv too. Needs: Python 3.11 or later, make, git.

PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11; do \
  $$each -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
BIN := .venv/bin
READY := .venv/.ready
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
  --generate-hashes --no-emit-index-url --no-emit-find-links --no-header

.PHONY: help demo test chaos lint format bench docs lock clean

help:  ## Say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "%-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(READY)  ## Run the main job against the sandbox, with no account anywhere
	$(BIN)/reconciler demo

test: $(READY)  ## Run every test; below 95 % of lines and branches it fails
	$(BIN)/pytest -n auto --dist worksteal --cov --cov-report=term --cov-fail-under=95

chaos: $(READY)  ## Strike every write with every fault, and play 2,000 random histories
	PYTHONPATH=tests $(BIN)/python tests/faults/chaos.py
	FAULTS_SEQUENCES=2000 $(BIN)/pytest tests/faults/test_faults_random.py tests/faults/test_faults_people.py

lint: $(READY)  ## Check style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY)  ## Put the code into its one layout
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

bench: $(READY)  ## Measure; see benchmarks/
	@for each in benchmarks/*.py; do echo "$$each"; $(BIN)/python "$$each" || exit 1; done

docs: $(READY)  ## Build the documentation into site/
	PYTHONPATH=docs $(BIN)/zensical build --clean --strict

lock: $(READY)  ## Choose the newest dependencies that fit, and write their hashes down
	$(LOCK) --upgrade pyproject.toml -o requirements.lock
	$(LOCK) --upgrade pyproject.toml --group dev --group docs -c requirements.lock -o requirements-dev.lock

clean:  ## Remove whatever can be made again
	rm -rf .venv .node build dist site .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The project itself is installed in place, so only a change of what it depends on makes this again.
$(READY): requirements-dev.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed, with venv; name it by PYTHON=..." >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
