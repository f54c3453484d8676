# Everything starts here: `make demo`, `make test`, `make bench`. The README says what each needs.

VENV ?= .venv
PORT ?= 8000
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PY := $(VENV)/bin/python
# The locked versions; the open list only before the first `make lock`.
BASE := $(firstword $(wildcard requirements/base.lock) requirements/base.in)
DEV := $(firstword $(wildcard requirements/dev.lock) requirements/dev.in)
PIP_INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check
COMPILE := $(PY) -m piptools compile --quiet --generate-hashes --allow-unsafe --strip-extras \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links
export PYTHONPATH := $(CURDIR)

.DEFAULT_GOAL := help
.PHONY: help install install-dev assets demo test lint bench bench-deep conformance lock clean

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(VENV)/.base ## make the environment that runs Lintel

install-dev: $(VENV)/.dev ## and what is needed to work on it

$(PY):
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Lintel needs Python 3.11 or later: make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.base: $(BASE) scripts/link_package.py | $(PY)
	$(PIP_INSTALL) -r $(BASE)
	$(PY) scripts/link_package.py
	@touch $@

$(VENV)/.dev: $(DEV) $(VENV)/.base
	$(PIP_INSTALL) -r $(DEV)
	@touch $@

assets: install ## build the stylesheets and scripts of the pages
	@$(PY) -m lintel.web.assets build

demo: assets ## run the demonstration area (PORT=9000, LINTEL_DATA=/folder)
	@exec $(PY) -m lintel.config.cli demo --port $(PORT)

lint: install-dev ## the checks that read the code
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy lintel
	$(VENV)/bin/lint-imports

test: lint assets ## all checks and tests
	$(PY) -m pytest -n 2 -m "not deep"

bench: install-dev assets ## measure, each figure as a ratio within one run
	$(PY) -m bench

bench-deep: install-dev assets ## the long proofs and the largest measurements
	$(PY) -m pytest -m deep --timeout=14400
	$(PY) -m bench --deep

conformance: install-dev ## check a server against Open Referral UK 3.0 (URL=..., SCHEMAS=folder)
	@test -n "$(URL)" || { echo "Say which: make conformance URL=https://example.org/oruk/v3"; exit 2; }
	@$(PY) -m lintel.directory.conformance "$(URL)" $(if $(SCHEMAS),--schemas "$(SCHEMAS)")

lock: install-dev ## choose new versions and write the lock files
	CUSTOM_COMPILE_COMMAND="make lock" $(COMPILE) -o requirements/base.lock requirements/base.in
	CUSTOM_COMPILE_COMMAND="make lock" $(COMPILE) -c requirements/base.lock -o requirements/dev.lock requirements/dev.in
	@! grep -nE '^-|://' requirements/*.lock || { echo "A lock file names a registry."; exit 1; }

clean: ## remove what was built (not the demo's data)
	rm -rf build staticfiles lintel/web/static/built .mypy_cache .ruff_cache .pytest_cache
