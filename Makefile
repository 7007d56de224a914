# Everything goes through packaging/setup.sh, which brings the machine and .venv to what requirements.lock says.
PY := .venv/bin/python

.PHONY: setup demo test check bench clean

setup:
	@sh packaging/setup.sh

demo: setup
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then $(PY) -m gridclient demo; \
	else QT_QPA_PLATFORM=offscreen $(PY) -m gridclient demo --tour --out build/tour; fi

test: setup
	@QT_QPA_PLATFORM=offscreen $(PY) -m pytest

check: setup
	@.venv/bin/ruff check .
	@.venv/bin/pyright
	@.venv/bin/lint-imports
	@$(PY) packaging/strings.py

bench: setup
	@QT_QPA_PLATFORM=offscreen $(PY) -m tests.bench

clean:
	rm -rf .venv build dist .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
