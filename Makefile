# make run    start the whole service at http://127.0.0.1:8000/ (PORT=8123 and VAR=a-folder are honoured); Ctrl-C stops it
# make test   everything that this machine can test (REQUIRE=postgres,redis,chromium makes a missing one a failure)
# make lint   style, types, import contracts, templates        make format  put the code in its one form
# make bench  measure (results under artefacts/)               make lock    write the locks anew from the *.in files (ARGS=--upgrade for newer releases)
# make clean  remove what make made, except the data under VAR

PYTHON ?= python3
PORT ?= 8000
VAR ?= var
REQUIRE ?=
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
RUNNING := $(VENV)/.running
TESTING := $(VENV)/.testing
INSTALL := --quiet --no-deps --require-hashes --requirement
COMPILE := uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --no-annotate --universal --python-version 3.11

# Without stored bytecode a start takes three times as long.
unexport PYTHONDONTWRITEBYTECODE
export VAR

.PHONY: run test lint format bench lock clean
.DELETE_ON_ERROR:

run: export RUN_MODE = embedded
run: $(RUNNING)
	@exec $(BIN)/python manage.py up --port "$(PORT)" --with-parent

test: $(TESTING)
	@exec $(BIN)/python tests/run.py --require "$(REQUIRE)" $(ARGS)

lint: export RUN_MODE = test
lint: $(TESTING)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet --allow-empty-input

format: $(TESTING)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(TESTING)
	$(BIN)/python tests/bench.py $(ARGS)

# The assets' own dependencies (a CMS) are not wanted, so they are locked alone and without them.
lock:
	$(COMPILE) $(ARGS) requirements.in --output-file requirements.txt
	$(COMPILE) $(ARGS) --no-deps requirements-assets.in >> requirements.txt
	$(COMPILE) $(ARGS) requirements-dev.in --output-file requirements-dev.txt

clean:
	rm -rf $(VENV) staticfiles artefacts .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; name one with PYTHON=python3.12.")'
	@$(PYTHON) -m venv $(VENV)

$(RUNNING): requirements.txt | $(BIN)/python
	@echo "Installing what the service runs on (once)."
	@$(call install,requirements.txt)
	@touch $@

$(TESTING): requirements-dev.txt $(RUNNING)
	@echo "Installing what the tests need (once)."
	@$(call install,requirements-dev.txt)
	@touch $@

# uv where it is found, because it is faster; pip where it is not, or cannot reach what pip can.
install = { command -v uv >/dev/null && uv pip install --python $(BIN)/python --compile-bytecode $(INSTALL) $(1); } || \
	$(BIN)/python -m pip --disable-pip-version-check install $(INSTALL) $(1)
