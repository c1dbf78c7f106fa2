# One word for everything that is done with this checkout; `make help` lists the words.
# Each takes ARGS=, passed on to the program behind it.

# The first interpreter that is new enough; without one, env.py says what is missing.
PYTHON ?= $(or $(firstword $(foreach p,python3 python3.14 python3.13 python3.12 python3.11,\
	$(shell $(p) -c 'import sys; sys.version_info >= (3, 11) and print("$(p)")' 2>/dev/null))),python3)
ARGS ?=

.PHONY: env dev-env run test quick check bench screens lock clean help
.DEFAULT_GOAL := help

RUN_ENV := .venv/.stamp-run
DEV_ENV := .venv/.stamp-dev

env: $(RUN_ENV)  ## make .venv with what the server needs

dev-env: $(DEV_ENV)

$(RUN_ENV): requirements.lock pyproject.toml
	@$(PYTHON) tools/env.py run

$(DEV_ENV): $(RUN_ENV) requirements-dev.lock $(wildcard bots/pyproject.toml)
	@$(PYTHON) tools/env.py dev
