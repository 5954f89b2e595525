# One entry for every task; .ci/run calls these too.
PYTHON ?= python3
BIN := .venv/bin
CACHE := $(or $(MANDATES_CACHE),$(CURDIR)/.venv/cache)
FEEDPARSER = $(shell sed -n 's/^feedparser==\([^ ]*\).*/feedparser-\1/p' constraints.txt)
export DO_NOT_TRACK := 1
export PREFECT_SERVER_ANALYTICS_ENABLED := false
# The tests start hundreds of processes, and without compiled modules each would compile the program again.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup demo test quick compat lint wheel schemas format bench newcomer docs axe pictures screenshots feedparser-fixtures feedparser-suite faults lock audit sbom clean

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

setup: .venv/.ready ## Make .venv with the locked dependencies and the `mandates` command

.venv/.ready: constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=/path/to/it")'
	@test -x $(BIN)/python || { echo "Making .venv …"; $(PYTHON) -m venv .venv; }
	@echo "Installing the locked dependencies (a minute or two the first time) …"
# constraints.txt is a full resolution, so pip need not resolve again (--no-deps).
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --root-user-action ignore --no-deps --require-hashes -r constraints.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --root-user-action ignore --no-deps --no-build-isolation -e .
	@echo "Preparing Prefect's embedded database …"
	@PREFECT_HOME=$(CURDIR)/.venv/prefect PREFECT_PROFILES_PATH=$(CURDIR)/.venv/prefect/profiles.toml $(BIN)/prefect server database upgrade -y > /dev/null
	@touch $@

demo: setup ## Run the main job on embedded parts (PUBLISH=1: the site publishes one more resolution)
	@$(BIN)/mandates demo $(if $(PUBLISH),--publish $(PUBLISH))

# Files go to the workers whole, so that a server that a file starts is started once, in the order of tests/conftest.py.
FILES = --dist loadfile --no-loadscope-reorder
# Tests of servers and processes wait for a third of their time.
WORKERS = $(shell $(BIN)/python -c 'import os; print(max(2, (os.cpu_count() or 1) * 3 // 2))')

test: setup ## Pass the tests, on all cores
	@$(BIN)/python -m pytest -n $(WORKERS) $(FILES) $(ARGS)

quick: setup ## The tests without Prefect servers and long runs
	@$(BIN)/python -m pytest -n auto $(FILES) -m "not slow and not prefect" $(ARGS)

compat: setup .venv/compat/.ready ## Make .venv/compat with what analysts have, DuckDB 1.5 and marimo; the tests find it there

# Environments beside the locked one, each with a lock of its own.
.venv/compat/.ready .venv/audit/.ready: .venv/%/.ready: constraints-%.txt
	@rm -rf .venv/$* && $(BIN)/python -m venv --without-pip .venv/$*
	@$(BIN)/python -m pip --python .venv/$*/bin/python install --quiet --disable-pip-version-check --no-deps \
		--require-hashes -r $<
	@touch $@

sbom: setup .venv/audit/.ready ## Write build/sbom.json, the software bill of materials (CycloneDX)
	@$(BIN)/python -m supply_chain.sbom

audit: setup .venv/audit/.ready ## Ask for known vulnerabilities of the locked packages; fails only if there are any
	@$(BIN)/python -m supply_chain.audit

lint: setup ## ruff, mypy --strict, import-linter, deptry, links of the documentation
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m deptry .
	@$(BIN)/python -m mkdocs build

docs: setup ## Make the documentation site in build/site, and check every link
	@$(BIN)/python -m mkdocs build

pictures: setup ## Take the pictures in the documentation again (needs Chromium)
	@$(BIN)/python -m website.pictures

wheel: setup ## Build the wheel into dist/, for pipx, uv tool or a container
	@$(BIN)/python -m hatchling build -t wheel

screenshots: setup ## Take the pictures of the register and of the Prefect UI again (needs Chromium)
	@$(BIN)/python -m website.register_pictures
	@$(BIN)/python -m website.screenshots

schemas: setup ## Write docs/schemas and the configuration reference from the code
	@for name in sources subscriptions sessions topics; do $(BIN)/mandates schema $$name > docs/schemas/$$name.json || exit 1; done
	@$(BIN)/python -m website.reference
	@$(BIN)/python -m website.shipped_sources

format: setup ## Lay out the code
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .

bench: setup ## Show the last measurements with their aims (ARGS=all measures again, ARGS="--quick all" small versions)
	@$(BIN)/python -m benchmarks $(ARGS)

newcomer: setup ## Play a newcomer in an empty environment, from the wheel to the first alert (downloads packages)
	@$(BIN)/python -m benchmarks newcomer

# Its sdist is found through whatever index pip is configured with, and must have the hash that is locked.
feedparser-fixtures: setup
	@mkdir -p $(CACHE)
	@awk '/^feedparser==/ {on = 1} on {print} on && !/\\$$/ {exit}' constraints.txt > $(CACHE)/feedparser.txt
	@test -d $(CACHE)/$(FEEDPARSER)/tests || { $(BIN)/python -m pip download --quiet --disable-pip-version-check --no-deps --no-binary feedparser --require-hashes -r $(CACHE)/feedparser.txt -d $(CACHE) && tar xzf $(CACHE)/$(FEEDPARSER).tar.gz -C $(CACHE); }

# Only a test uses it. npm finds it through whatever registry is configured; what was fetched must have this hash.
axe: setup ## Fetch axe-core, with which the test of the register's accessibility examines each page (needs npm)
	@mkdir -p $(CACHE)/axe-core
	@test -f $(CACHE)/axe-core/package/axe.min.js || { cd $(CACHE)/axe-core && npm pack --silent axe-core@4.14.1 > /dev/null && tar xzf axe-core-4.14.1.tgz package/axe.min.js; }
	@echo "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c  $(CACHE)/axe-core/package/axe.min.js" | sha256sum --check --quiet

feedparser-suite: feedparser-fixtures ## feedparser's own fixtures through the feed kind (fetches its sdist once)
	@$(BIN)/python -m pytest tests/scrapers/test_feedparser_suite.py $(ARGS)

faults: setup ## The long fault runs, and what takes minutes elsewhere
	@MANDATES_FAULTS=long $(BIN)/python -m pytest -o faulthandler_timeout=0 tests/faults tests/security $(ARGS)
	@MANDATES_FAULTS=long $(BIN)/python -m pytest -o faulthandler_timeout=0 -m long --ignore=tests/faults --ignore=tests/security $(ARGS)

lock: setup ## Update the locked versions, if the program works with the new ones (needs uv; CHECK=0 does not try them)
	@$(BIN)/python -m supply_chain.lock $(if $(filter 0,$(CHECK)),--unchecked)

clean: ## Remove what was built (not ./data)
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
