# onepizza: `make run` starts the service, `make test` runs every test, `make help` lists the rest.
# Needs Python >= 3.11 (with venv), Node >= 20.19 and make. Steps that are done are skipped (stamps below).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STATIC := src/onepizza/static/index.html
WEB_SOURCES := $(shell find web/src web/public -type f 2>/dev/null) $(wildcard web/*.html) web/vite.config.ts $(wildcard web/tools/*.ts) web/package.json
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench format lock clean test-setup

help: ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.ready $(STATIC) ## install what the service needs and build the web client

run: setup ## set up, then start the service and print its address
	@exec $(BIN)/onepizza serve

test: test-setup ## install what the tests need and run them all
	@bash tools/test.sh

check: test-setup ## formatting, types, import rules and contract tests
	@bash tools/check.sh

bench: test-setup ## measure against Node's socket.io and Express, side by side
	@$(BIN)/python -m bench

format: test-setup ## format Python and TypeScript
	@$(BIN)/ruff check --fix -q . || true
	@$(BIN)/ruff format -q .
	@cd web && npx --no-install biome check --write . || true

lock: test-setup ## renew the lock files from pyproject.toml and package.json
	@$(BIN)/uv pip compile --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --quiet --upgrade \
		pyproject.toml --group build -o requirements.lock
	@$(BIN)/uv pip compile --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --quiet --upgrade \
		pyproject.toml --group build --group dev --constraint requirements.lock -o requirements-dev.lock
	@npm install --package-lock-only --silent

clean: ## remove everything that setup made (not the data)
	rm -rf $(VENV) node_modules web/node_modules src/onepizza/static

$(VENV)/bin/python:
	@bash tools/require.sh $(PYTHON)
	@echo "setup: creating the virtual environment"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "setup: installing Python packages (hash-locked)"
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.ready-dev: requirements-dev.lock $(VENV)/.ready
	@echo "setup: installing Python packages for the tests (hash-locked)"
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

node_modules/.ready-web: package-lock.json package.json web/package.json
	@bash tools/require.sh $(PYTHON)
	@echo "setup: installing the web client's packages"
	@npm ci --workspace web --silent --no-audit --no-fund --ignore-scripts
	@touch $@

node_modules/.ready-all: package-lock.json package.json web/package.json bench/peer/package.json tests/interop/package.json
	@bash tools/require.sh $(PYTHON)
	@echo "setup: installing all Node packages"
	@npm ci --silent --no-audit --no-fund --ignore-scripts
	@touch $@ node_modules/.ready-web

# The tests' full tree satisfies the web build as well; without it only the web workspace is installed.
$(STATIC): $(WEB_SOURCES) package-lock.json
	@test -e node_modules/.ready-all -a ! package-lock.json -nt node_modules/.ready-all || $(MAKE) --no-print-directory node_modules/.ready-web
	@echo "setup: building the web client"
	@npm run --silent build --workspace web -- --logLevel warn
	@touch $@

test-setup: $(VENV)/.ready-dev node_modules/.ready-all $(STATIC)
	@bash tools/debian_packages.sh
