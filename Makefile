# Each target sets up what it needs; stamp files see to it that a second run installs nothing.

.DEFAULT_GOAL := help
.PHONY: serve site test check record bench clean help

PYTHON ?= python3
PORT ?= 8000
ARGS ?=
DEVICE ?= cpu
LOG := .workings/install.log

# The build of Torch: cpu, cuda, or whichever the index offers first; a choice holds until another is made.
ifeq ($(TORCH),)
override TORCH := $(patsubst .venv/installed-%,%,$(firstword $(wildcard .venv/installed-*) any))
endif
TORCH_any := torch==2.13.0
TORCH_cpu := torch==2.13.0+cpu
TORCH_cuda := torch===2.13.0
INSTALLED := .venv/installed-$(TORCH)

export NO_MKDOCS_2_WARNING := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

serve: $(INSTALLED) ## show the site with live reload (PORT=8000)
	@.venv/bin/python -c 'import socket; socket.create_server(("127.0.0.1", $(PORT)))' 2>/dev/null || { \
	  next=$$(expr $(PORT) % 60000 + 1 2>/dev/null || echo 8001); \
	  echo "Port $(PORT) cannot be opened (in use?): try another, as in make serve PORT=$$next"; exit 1; }
	@.venv/bin/workings run
	@.venv/bin/mkdocs serve --strict --dev-addr 127.0.0.1:$(PORT)

site: $(INSTALLED) ## build the site strictly into site/
	@.venv/bin/workings build

test: $(INSTALLED) ## run every test, doctest and browser test
	@OMP_NUM_THREADS=1 .venv/bin/pytest -n auto --dist loadgroup $(ARGS)

check: $(INSTALLED) ## ruff, mypy, import-linter and codespell
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@.venv/bin/codespell

record: $(INSTALLED) ## run each long experiment whose record is stale (WORKINGS_DATA, DEVICE=cpu)
	@.venv/bin/workings record --all --device $(DEVICE)

bench: $(INSTALLED) ## measure beside peers: layers, builds, pages, word2vec (WORKINGS_DATA)
	@.venv/bin/python -m benchmarks.layers
	@.venv/bin/python -m benchmarks
	@.venv/bin/workings record word2vec_real_text

clean: ## remove everything that make has made
	@rm -rf .venv .workings node_modules site docs/assets/vendor src/*.egg-info .*_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-6s  %s\n", $$1, $$2 }' Makefile

$(INSTALLED): pyproject.toml constraints.txt package-lock.json
	@test -n "$(TORCH_$(TORCH))" || { echo "TORCH must be cpu, cuda or left out, not $(TORCH)"; exit 1; }
	@mkdir -p .workings; rm -f .venv/installed-*
	@.venv/bin/pip --version >/dev/null 2>&1 || $(PYTHON) -c \
	  'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || \
	  { echo "$(PYTHON) is not Python 3.11 or newer with venv: install python3 and python3-venv, or set PYTHON=..."; exit 1; }
	@.venv/bin/pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv >$(LOG) 2>&1 || \
	  { echo "$(PYTHON) could not make .venv: its words are in $(LOG)"; exit 1; }
	@echo "Installing into .venv what pyproject.toml asks for (minutes; log in $(LOG))"
	@.venv/bin/pip install --quiet -e '.[dev]' '$(TORCH_$(TORCH))' -c constraints.txt >$(LOG) 2>&1 || \
	  { echo "pip could not install (no network? no such build of Torch on the index?): its words are in $(LOG)"; exit 1; }
	@.venv/bin/python -m workings.site.vendor
	@touch $@
