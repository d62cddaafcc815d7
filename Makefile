# Everything sets itself up: a fresh machine needs Python 3.11 or newer, and make.
.PHONY: run test test-security check conformance bench lock coverage format clean runtimes

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DATA ?= .headrace
CONFORMANCE_DIR ?= ../shared/conformance/n8n
SOURCES := src tests $(wildcard bench)

run: $(READY)
	$(BIN)/headrace serve --port 8000 --data-dir $(DATA)

test: $(READY) runtimes
	$(BIN)/lint-imports
	@if [ -f "$(CONFORMANCE_DIR)/index.json" ]; then $(BIN)/python -m tests.conformance "$(CONFORMANCE_DIR)" --keep; fi
	$(BIN)/pytest

# Attacks on every sandbox that can be had here, with a summary for each.
test-security: $(READY) runtimes
	$(BIN)/pytest tests/security

# Container runtimes, for the tests of that kind of sandbox; running Headrace needs none.
RUNTIMES := runsc crun runc
runtimes:
	@missing=; for tool in $(RUNTIMES); do \
	  PATH="$$PATH:/usr/sbin" command -v $$tool >/dev/null || missing="$$missing $$tool"; done; \
	[ -z "$$missing" ] || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	  apt-get update -qq && apt-get install -qq -y $$missing >/dev/null; } || \
	  { echo "The tests need$$missing; on Debian and Ubuntu, as root: apt-get install$$missing"; exit 1; }

check: $(READY)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest tests/unit tests/contract

conformance: $(READY)
	$(BIN)/python -m tests.conformance "$(CONFORMANCE_DIR)"

bench: $(READY)
	$(BIN)/python -m bench

coverage: $(READY)
	$(BIN)/pytest --cov=headrace --cov-report=term --cov-report=html

format: $(READY)
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)

# The lock file has hashes and no addresses: any index that serves these packages will do.
lock: $(READY)
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-annotate --no-header --output-file requirements.lock

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Headrace needs Python 3.11 or newer; name one with: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "This Python cannot make virtual environments; on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(READY)

clean:
	rm -rf $(VENV) build dist .coverage* htmlcov
