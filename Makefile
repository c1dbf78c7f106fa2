# One word for everything that is done with this checkout; `make help` lists the words.
# ARGS= is passed on to the program behind a word: make test ARGS="-k resume -x"

# The first interpreter that is new enough; without one, tools/env.py says what is missing.
PYTHON ?= $(or $(firstword $(foreach p,python3 python3.14 python3.13 python3.12 python3.11,\
	$(shell $(p) -c 'import sys; sys.version_info >= (3, 11) and print("$(p)")' 2>/dev/null))),python3)
ARGS ?=

RUN_ENV := .venv/.stamp-run
DEV_ENV := .venv/.stamp-dev
BIN := .venv/bin

# What mypy reads as one program; the SDK is another (it is its own distribution), and bots/slack/ and
# bots/house/ are read by their names in the first, since chat/ imports all of them.
TYPED = $(foreach d,protocol rooms accounts presence storage jobs chat bench tools tests \
	$(filter-out bots/tertulia_bot/ bots/slack/ bots/house/,$(wildcard bots/*/)),$(if $(wildcard $(d)/*.py $(d)/*/*.py),$(d)))

.DEFAULT_GOAL := help
.PHONY: env dev-env run client test browser quick bench chaos screens release lock clean help
.PHONY: check check-style check-types check-floors check-client

help:  ## list these words
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1|/p' $(firstword $(MAKEFILE_LIST)) | \
	while IFS='|' read -r word what; do printf '  make %-9s %s\n' "$$word" "$$what"; done

env: $(RUN_ENV)  ## make .venv with what the server needs

dev-env: $(DEV_ENV)

$(RUN_ENV): requirements.lock pyproject.toml bots/pyproject.toml
	@$(PYTHON) tools/env.py run

$(DEV_ENV): $(RUN_ENV) requirements-dev.lock requirements-redis.lock
	@$(PYTHON) tools/env.py dev

client: $(RUN_ENV)
	@$(BIN)/python -m tools.node build

run: client  ## start the server (TERTULIA_PORT, TERTULIA_HOST, TERTULIA_DATA are honoured)
	@exec $(BIN)/tertulia serve $(ARGS)

browser: $(DEV_ENV)
	@$(BIN)/python -m tools.browser >/dev/null || [ -z "$(filter true 1,$(CI))" ]

test: $(DEV_ENV) client browser  ## everything, against real servers and a real browser
	@failed=0; $(BIN)/python -m tools.node test || failed=1; \
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal $(ARGS) && exit $$failed

quick: $(DEV_ENV)  ## the unit tests: no servers, under 30 s
	@$(BIN)/python -m pytest tests/unit -n auto --maxprocesses 4 $(ARGS)

check: $(DEV_ENV)  ## style, strict types, floors: all of them, whichever fails
	@$(MAKE) --no-print-directory -k check-style check-types check-floors check-client

check-style: $(DEV_ENV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

check-types: $(DEV_ENV)
	$(BIN)/mypy $(TYPED)
	$(if $(wildcard bots/tertulia_bot),cd bots && ../$(BIN)/mypy --config-file ../pyproject.toml tertulia_bot)

check-floors: $(DEV_ENV)
	$(BIN)/python -m pytest -q tests/unit/test_floors.py tests/unit/test_lockfiles.py

check-client: $(RUN_ENV)
	@$(BIN)/python -m tools.node check

chaos: $(DEV_ENV)  ## break servers, links and clocks under load, e.g. make chaos ARGS="--seconds 60 --seed 1"
	@$(BIN)/python -m tests.chaos $(ARGS)

bench: $(DEV_ENV)  ## measure, e.g. make bench ARGS="fanout --json out.json"
	@$(BIN)/python -m bench $(ARGS)

screens: $(DEV_ENV) client browser  ## draw the client's screens into pictures
	@$(BIN)/python -m tests.screens $(ARGS)

release: client  ## an archive for small servers, in dist/; ARGS="--python 3.13" for one Python
	@$(BIN)/python -m tools.release $(ARGS)

# uv resolves for every platform at once; it is needed for this alone.
UV_COMPILE = .cache/uv/bin/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-annotate --no-header --no-emit-index-url $(ARGS)

lock:  ## write the lock files anew, e.g. make lock ARGS=--upgrade
	@[ -x .cache/uv/bin/uv ] || { $(PYTHON) -m venv .cache/uv && .cache/uv/bin/pip install -qq uv; }
	$(UV_COMPILE) pyproject.toml --group build -o requirements.lock
	$(UV_COMPILE) pyproject.toml --group build --group dev -c requirements.lock -o requirements-dev.lock
	$(UV_COMPILE) --group redis --no-deps -o requirements-redis.lock

clean:  ## remove what was made here: environments, builds, caches (never data/)
	rm -rf dist .venv .venv.lock .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis build *.egg-info
	rm -rf web/dist web/node_modules tests/browser/node_modules bots/.mypy_cache bots/*.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
