# Every task for newcomers and developers; needs only git, make and Python >= 3.11.

# Make interpreters installed by pyenv available to the tests.
export PATH := $(PATH):$(subst $() ,:,$(wildcard $(HOME)/.pyenv/versions/3.1[1-9].*/bin))
export UV_PYTHON_DOWNLOADS := never

PYTHON := $(shell for name in python3 python3.13 python3.12 python3.11 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$name && break; done)
BIN := .venv/bin
UV := $(BIN)/uv
# Install from uv.lock with its hashes; keep other installed packages.
SYNC := $(UV) sync --quiet --locked --inexact --no-default-groups --compile-bytecode
UV_VERSION := $(shell sed -n '/^name = "uv"$$/{n;s/^version = "\(.*\)"$$/\1/p;}' uv.lock)

.DEFAULT_GOAL := help
.PHONY: help demo check test rest dev bench fix docs lock pictures release clean

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile

$(UV):
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and none was found on PATH." >&2; exit 2; }
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

.venv/installed: $(UV) uv.lock pyproject.toml fake_twilio/pyproject.toml
	@$(SYNC) --extra demo
	@touch $@

.venv/tox: $(UV) uv.lock pyproject.toml fake_twilio/pyproject.toml
	@$(SYNC) --only-group tox
	@touch $@

# The npm packages that tests pin, outside the time limit of any test; without npm, those tests skip.
NODE := tests/contract/node
NPM_INSTALL := npm install --prefix $(NODE) --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel=error
$(NODE)/node_modules: $(NODE)/package.json
	@if command -v npm >/dev/null; then $(NPM_INSTALL) || $(NPM_INSTALL); fi; test ! -d $@ || touch $@

demo: .venv/installed  ## Run the demo in this terminal (ARGS=--once exits with its status)
	@$(BIN)/sms-driver demo $(ARGS)

test: .venv/tox $(NODE)/node_modules  ## Run the checks that are required to merge a change (ARGS is passed to tox)
	@$(BIN)/tox $(if $(ARGS),run $(ARGS),run-parallel -m test)

rest: .venv/tox $(NODE)/node_modules  ## Run the additional CI checks: other interpreters, long tests, browsers, installed packages
	@$(BIN)/tox run-parallel -m rest

dev: .venv/installed  ## Install all development dependencies into .venv
	@$(SYNC) --all-extras --group dev

check: dev  ## Run lint, type checks and unit tests on one interpreter (a minute; before each commit)
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/lint-imports --no-logo > /dev/null || { $(BIN)/lint-imports --no-logo; exit 1; }
	@$(BIN)/deptry driver > /dev/null 2>&1 || $(BIN)/deptry driver
	@$(BIN)/deptry fake_twilio --config fake_twilio/pyproject.toml > /dev/null 2>&1 || \
		$(BIN)/deptry fake_twilio --config fake_twilio/pyproject.toml
	@$(BIN)/mypy
	@$(BIN)/pytest tests/unit tests/docs/test_glossary.py -m "not long" -q -n 2

bench: dev  ## Measure all performance claims with references from the same run (SOAK=1 adds long runs)
	@$(BIN)/python benchmarks

fix: .venv/tox  ## Format code and features, and regenerate the step catalog
	@$(BIN)/tox run -q -e fix

docs: dev  ## Regenerate the generated pages of docs/, and build the site in build/site
	@for maker in docs/reference/make_*.py; do $(BIN)/python $$maker || exit 1; done
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict && echo build/site/index.html

lock: $(UV)  ## Update uv.lock (ARGS=--upgrade selects the newest versions)
	@$(UV) lock --quiet --default-index https://pypi.org/simple $(ARGS)

pictures: dev  ## Regenerate the images in README and docs
	@for maker in docs/pictures/make*.py; do $(BIN)/python $$maker || exit 1; done

release: dev  ## Check and build the release of the tag on this commit into dist/; nothing is uploaded
	@$(BIN)/python -m release $(ARGS)

clean:  ## Remove everything that the other targets created
	@rm -rf .venv .tox .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build
