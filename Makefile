# Resonanz. `make` alone says what there is. Needs Python 3.11 or newer and make, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
DJANGO := DJANGO_SETTINGS_MODULE=resonanz.site.settings $(BIN)/python -m django

.DEFAULT_GOAL := help
.PHONY: help run test check format messages schema shots snapshots clean

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/run.stamp ## Open the house with the demo company (Ctrl-C closes it)
	@exec $(BIN)/resonanz demo

test: $(VENV)/test.stamp ## Run the tests (browser and PostgreSQL parts where they are there)
	@$(BIN)/python -m pytest -n auto

check: $(VENV)/dev.stamp ## Everything that has to hold: format, lint, types, floors, words, docs, tests on both databases
	@PATH="$(CURDIR)/$(BIN):$$PATH" bash tools/check.sh

format: $(VENV)/dev.stamp ## Bring the code into its form
	@$(BIN)/ruff format -q . && $(BIN)/ruff check -q --fix .

messages: $(VENV)/dev.stamp ## Bring the translations up to date
	@$(BIN)/python tools/messages.py

schema: $(VENV)/dev.stamp ## Write resonanz/model/schema.txt anew
	@$(BIN)/python tools/schema.py

shots: $(VENV)/test.stamp ## Take pictures of the pages (needs Chromium)
	@$(BIN)/python tools/shots.py

snapshots: $(VENV)/test.stamp ## Take the pictures of every page for docs/pages.md (needs Chromium)
	@$(BIN)/python tools/snapshots.py

clean: ## Remove what was made (not your data in .resonanz)
	@rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Resonanz needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Say PYTHON=/path/to/python3.11 make run")'
	@$(PYTHON) -m venv $(VENV) || { echo "python3 cannot make virtual environments; on Debian install python3-venv."; exit 1; }

$(VENV)/run.stamp: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing what Resonanz needs (once) ..."
	@$(PIP) install -c constraints.txt -e .
	@touch $@

$(VENV)/test.stamp: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing what the tests need (once) ..."
	@$(PIP) install -c constraints.txt -e '.[test]'
	@touch $@ $(VENV)/run.stamp

$(VENV)/dev.stamp: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing what the checks need (once) ..."
	@$(PIP) install -c constraints.txt -e '.[test,dev]'
	@touch $@ $(VENV)/test.stamp $(VENV)/run.stamp
