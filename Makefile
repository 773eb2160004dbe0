# Fairdue: `make demo` runs the product, `make test` proves it. Everything else is for people who work on it.
SHELL := /bin/bash
UV := $(shell command -v uv 2>/dev/null)
PYTHON := $(shell command -v python3 2>/dev/null || command -v python)
RUN := .venv/bin/
SEED ?= 1
.PHONY: demo test shuffle check bench browser install lock shots clean

demo: install  ## run the product on the embedded database with realistic demo data
	@$(RUN)python -m fairdue demo

test: install  ## everything that needs no outside service; the core at 100 % of its branches
	@$(RUN)coverage erase
	@$(RUN)coverage run -m pytest tests/core -p no:randomly
	@$(RUN)coverage report --include='src/fairdue/core/*' --fail-under=100 --skip-covered
	@$(RUN)python -m pytest -n 2 --dist loadfile --randomly-seed=$(SEED) -m "not browser" --ignore=tests/core

shuffle: export FAIRDUE_SHUFFLE := 1
shuffle:  ## the tests in an order of today and with new examples: finds what hangs together by chance
	@$(MAKE) --no-print-directory test SEED=default

browser: install  ## the tests in a real browser
	@$(RUN)python -m pytest -m browser -p no:randomly

check: install  ## style, types, import law, dead docs
	@$(RUN)ruff check .
	@$(RUN)ruff format --check .
	@$(RUN)mypy
	@$(RUN)lint-imports

bench: install  ## measure; prints figures with CPU seconds
	@for file in benchmarks/*.py; do echo "== $$file"; $(RUN)python "$$file" || exit 1; done

install: .venv/installed

# Installs from the lock file: with uv where there is one, else with a uv that pip brings into .venv.
.venv/installed: uv.lock pyproject.toml
ifneq ($(UV),)
	@$(UV) sync --frozen --quiet
else
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 12) and "Fairdue needs Python 3.12 or newer, or uv.")'
	@test -x .venv/bin/python || $(PYTHON) -m venv .venv
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check "uv>=0.9"
	@.venv/bin/python -m uv sync --frozen --quiet --inexact --python .venv/bin/python
endif
	@touch .venv/installed

lock:  ## bring the lock file up to pyproject.toml
	@uv lock

clean:  ## forget the installed packages and the demo's data
	@rm -rf .venv .var
