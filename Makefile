# GridClient's commands. Each first brings the machine and .venv to what requirements.lock says (packaging/setup.sh).
PYTHON := .venv/bin/python
OFFSCREEN := QT_QPA_PLATFORM=offscreen

.PHONY: setup demo test check lint format types layers texts notices pages bench screens pictures conformance oracle clean

setup:
	@sh packaging/setup.sh

# With a display the window opens; without one the tour drives it unseen and leaves its pictures in build/tour.
demo: setup
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
	    .venv/bin/gridclient demo; \
	else \
	    $(OFFSCREEN) .venv/bin/gridclient demo --tour --out build/tour; \
	fi

test: setup
	@$(OFFSCREEN) $(PYTHON) -m pytest

# `make --keep-going check` tells all that is wrong at once.
check: lint format types layers texts notices pages

lint: setup
	@.venv/bin/ruff check --quiet

format: setup
	@.venv/bin/ruff format --check --quiet --output-format concise || { echo "Run: .venv/bin/ruff format"; exit 1; }

types: setup
	@PYRIGHT_PYTHON_IGNORE_WARNINGS=1 .venv/bin/pyright

layers: setup
	@.venv/bin/lint-imports --no-logo

texts: setup
	@$(PYTHON) packaging/strings.py

notices: setup
	@$(PYTHON) packaging/notices.py --check

pages: setup
	@$(PYTHON) packaging/operations.py --check

bench: setup
	@$(OFFSCREEN) $(PYTHON) -m tests.bench

# The form engine against the conformance suite, where it is there; no score may fall (docs/conformance.json).
conformance: setup
	@$(PYTHON) packaging/conformance.py

# The form engine against JavaRosa, which comes with pyxform; needs Java.
oracle: setup
	@$(PYTHON) -m tests.oracle

# Every page in light and dark, Chinese and English, at several sizes, with contact sheets; fails on a cut word.
screens: setup
	@$(PYTHON) -m tests.widget.screens --out build/screens

# The pictures of the guide and of the help, as the program looks now.
pictures: setup
	@$(PYTHON) -m tests.widget.screens --out build/screens --guide

clean:
	rm -rf .venv build dist .hypothesis .import_linter_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
