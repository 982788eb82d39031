# Two commands matter: `make demo` and `make test`. Both need python3 (3.11 or newer) and make, nothing else.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
UV := $(VENV)/tools/bin/uv
BIN := $(VENV)/bin
export UV_PYTHON_DOWNLOADS := never
export UV_COMPILE_BYTECODE := 1
export UV_PROJECT_ENVIRONMENT := $(VENV)

.PHONY: help demo serve test test-fast check format bench score docs clean system
help:  ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

# uv lives beside the environment; its stamp exists only once uv really runs, so a half-made one is made anew
$(VENV)/uv.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Liuke needs Python 3.11 or newer; found $$($(PYTHON) --version)."; exit 1; }
	@if ! $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && apt-get install -y -qq python3-venv; \
	  else echo "Python has no ensurepip here. Install the package python3-venv, then try again."; exit 1; fi; fi
	@rm -rf $(VENV)/tools && mkdir -p $(VENV)
	$(PYTHON) -m venv $(VENV)/tools
	$(VENV)/tools/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.6'
	$(UV) --version
	@touch $@

# what a user needs; the marker goes when more is installed, and the other way round
$(VENV)/run.stamp: $(VENV)/uv.stamp pyproject.toml uv.lock
	@test -x $(BIN)/python || $(UV) venv --quiet --allow-existing --python $(PYTHON) $(VENV)
	$(UV) sync --quiet --frozen --inexact --no-default-groups
	@touch $@

$(VENV)/dev.stamp: $(VENV)/uv.stamp pyproject.toml uv.lock
	@test -x $(BIN)/python || $(UV) venv --quiet --allow-existing --python $(PYTHON) $(VENV)
	$(UV) sync --quiet --frozen --inexact
	@touch $@ $(VENV)/run.stamp

demo: $(VENV)/run.stamp  ## a simulated firm in, list, workbook and page out
	$(BIN)/liuke demo demo

SERVE_PORT ?= 8000
serve: $(VENV)/run.stamp  ## the web app on the simulated firm, made first where it is absent
	@test -f demo/runs/current || $(BIN)/liuke demo demo
	$(BIN)/liuke serve -w demo --port $(SERVE_PORT)

# what tests need beside Python; without root it is left as it is and those tests say why they are skipped
SYSTEM := chromium fonts-noto-cjk postgresql mariadb-server default-jre-headless libgomp1
system:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  missing=""; for p in $(SYSTEM); do dpkg -s $$p >/dev/null 2>&1 || missing="$$missing $$p"; done; \
	  if [ -n "$$missing" ]; then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing >/dev/null; fi; fi

check: $(VENV)/dev.stamp  ## lint, format, types, import contracts
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports

test: system check  ## everything: checks and all tests
	$(BIN)/python -m pytest -n 2 --dist loadfile -p no:cacheprovider -q

test-fast: check  ## checks and the tests that need no server and no patience
	$(BIN)/python -m pytest -n 2 --dist loadfile -q -m "not slow and not postgres and not mariadb and not spark and not chdb and not chromium"

test-engines-all: system $(VENV)/dev.stamp  ## the engine suite with ClickHouse's dialect too (installs 534 MB)
	$(UV) sync --quiet --frozen --inexact --group chdb
	$(BIN)/python -m pytest -q -m '' tests/engines

format: $(VENV)/dev.stamp  ## put the code in shape
	$(BIN)/ruff check --fix src tests benchmarks
	$(BIN)/ruff format src tests benchmarks

LINES ?= 10_000_000
bench: $(VENV)/dev.stamp  ## the figures of docs/benchmarks.md (LINES=100_000_000 for the large one)
	$(BIN)/python benchmarks/spine.py $(LINES)

CUSTOMERS ?= 20000
SEEDS ?= 5
score: $(VENV)/dev.stamp  ## the tables of docs/methods/score.md: every world held against its truth (hours; it resumes)
	$(BIN)/python benchmarks/score.py --customers $(CUSTOMERS) --seeds $(SEEDS)

docs: $(VENV)/dev.stamp  ## write docs/reference from the program itself
	$(BIN)/python docs/generate.py

clean:  ## remove the environment and what demo made
	rm -rf $(VENV) demo demo.truth build dist
