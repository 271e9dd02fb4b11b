# Siyu: `make` lists what there is.
SHELL := /bin/bash
DEMO_HOME ?= data
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
STAMP := $(VENV)/.installed
MANIFEST := dbt_project/target/manifest.json
PARSED := $(shell find dbt_project/*.yml dbt_project/models dbt_project/macros dbt_project/tests -type f 2> /dev/null)

.DEFAULT_GOAL := help
.PHONY: help setup run test lint dev golden lock clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

setup: $(STAMP) $(MANIFEST) ## install into .venv from the lock, parse the dbt project

$(MANIFEST): $(PARSED) | $(STAMP)
	$(VENV)/bin/python -c "from assets.project import manifest_path; manifest_path()"

$(STAMP): requirements.lock requirements-installer.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))' \
		|| { echo "Siyu needs Python 3.11: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	test -x $(VENV)/bin/python || $(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-installer.lock
	$(VENV)/bin/uv pip sync --quiet --python $(VENV)/bin/python --require-hashes --compile-bytecode requirements.lock \
		|| $(VENV)/bin/python -m pip install --quiet --require-hashes --no-deps -r requirements.lock
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

run: setup ## write the demo brand, run the night once, say what it made
	$(VENV)/bin/siyu demo --home $(DEMO_HOME)
	$(VENV)/bin/siyu run --home $(DEMO_HOME) --as-of 2026-10-31

test: setup lint ## run every check and test
	$(VENV)/bin/python -m pytest -n 2 --dist loadgroup

lint: setup ## style, types, rooms, SQL and wiring
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/sqlfluff lint --processes 2 dbt_project/models dbt_project/tests
	DAGSTER_DISABLE_TELEMETRY=1 $(VENV)/bin/dagster definitions validate -w workspace.yaml

dev: setup ## open the Dagster UI on the home
	$(VENV)/bin/siyu dev --home $(DEMO_HOME)

golden: setup ## accept the present assets, jobs and crons as the snapshot
	$(VENV)/bin/python tests/pipelines/test_definitions.py

lock: setup ## resolve the lock anew after a change of pyproject.toml
	$(VENV)/bin/uv pip compile --universal --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml --group dev -o requirements.lock

clean: ## remove what make run made; raw exports and the ledger too
	@test -n "$(DEMO_HOME)" -a -f "$(DEMO_HOME)/ledger/format.json" \
		|| { echo "'$(DEMO_HOME)' is no home of Siyu (no ledger/format.json); nothing was removed"; exit 1; }
	rm -rf "$(DEMO_HOME)"/*/ "$(DEMO_HOME)"/.dagster "$(DEMO_HOME)"/.dbt "$(DEMO_HOME)"/.lock
