# Two commands are enough: `make run` serves, `make test` tests.
# Everything is installed into .venv from the hash-pinned locks, again only when a lock changes.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCKED := install --no-deps --require-hashes
DATA := $(or $(BLALISTE_HOME),data)
PORT := 8000
DATA_PORT := 8001

.DEFAULT_GOAL := help
.PHONY: help run test lint format bench bench-search soak lock clean

help:
	@echo "make run    set up, fill an empty ./data with the demonstration lists, serve"
	@echo "make test   lint, types and all tests"
	@echo "make lint   ruff and mypy only"
	@echo "make format put the code in order with ruff"
	@echo "make bench  print the figures for speed and memory"
	@echo "make bench-search  of these, only what tells how well and how fast search finds"
	@echo "make soak   ask, publish and kill for ten minutes; every answer is checked (SECONDS=30 SEED=2)"
	@echo "make lock   choose package versions anew and write the locks"
	@echo "make clean  remove what is made here; ./data stays"

run: $(VENV)/for-running
	@if [ -z "$$(ls -A '$(DATA)' 2>/dev/null)" ]; then \
	  echo "Filling $(DATA) with the demonstration lists ..."; \
	  $(BIN)/blaliste --home '$(DATA)' demo; \
	fi
	@exec $(BIN)/blaliste --home '$(DATA)' serve --port $(PORT) --data-port $(DATA_PORT)

# All parts are run even if one fails, so that one run shows everything that is wrong.
test: $(VENV)/for-testing
	@status=0; \
	echo "Lint and types ..."; \
	$(MAKE) --no-print-directory lint || status=1; \
	echo "Tests, several at a time ..."; \
	$(BIN)/python -m pytest -n auto -m "not browser and not crash and not flow" || status=1; \
	echo "Tests that run the whole program, need a browser or kill processes, one at a time ..."; \
	$(BIN)/python -m pytest -m "browser or crash or flow" || status=1; \
	exit $$status

lint: $(VENV)/for-testing
	@status=0; \
	$(BIN)/ruff check . || status=1; \
	$(BIN)/mypy || status=1; \
	exit $$status

format: $(VENV)/for-testing
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

bench: $(VENV)/for-benches
	@$(BIN)/python -m tests.bench

bench-search: $(VENV)/for-benches
	@$(BIN)/python -m tests.bench finding finding-speed finding-build searching

# The same seed draws the same editions and the same questions again.
SECONDS := 600
SEED := 1

soak: $(VENV)/for-testing
	@$(BIN)/python -m tests.soak $(SECONDS) $(SEED)

# The locks name versions and hashes and no address of any registry.
# A version stays as it is unless it must change: `make lock UPGRADE=--upgrade` takes the newest.
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
  --generate-hashes --no-header --no-annotate $(UPGRADE) pyproject.toml

lock: $(VENV)/made
	@$(PIP) install uv
	@$(COMPILE) -o requirements.lock
	@$(COMPILE) --extra test -c requirements.lock -o requirements-test.lock
	@$(COMPILE) --extra bench -c requirements.lock -o requirements-bench.lock

clean:
	@rm -rf $(VENV) build dist *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/made:
	@for python in python3 python3.13 python3.12 python3.11; do \
	  if $$python -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "Making $(VENV) with $$($$python --version) ..."; \
	    $$python -m venv --clear $(VENV) && touch $@ && exit 0; \
	    echo "$$python could not make a virtual environment: see its message above." >&2; exit 1; \
	  fi; \
	done; \
	echo "Blåliste needs Python 3.11 or later with its venv module, and found none: install it and run make again." >&2; \
	exit 1

$(VENV)/for-running: requirements.lock pyproject.toml $(VENV)/made
	@echo "Installing the locked packages (the first time takes about half a minute) ..."
	@$(PIP) $(LOCKED) -r requirements.lock
	@$(PIP) --quiet install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/for-testing: requirements-test.lock $(VENV)/for-running
	@echo "Installing what the tests need ..."
	@$(PIP) $(LOCKED) -r requirements-test.lock
	@touch $@

$(VENV)/for-benches: requirements-bench.lock $(VENV)/for-running
	@echo "Installing what the figures are compared with ..."
	@$(PIP) $(LOCKED) -r requirements-bench.lock
	@touch $@
