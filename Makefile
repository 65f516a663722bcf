# Everything is one command; the first one that needs it makes .venv and installs the pinned set.
PYTHON ?= python3
PORT ?= 7860
HOST ?= 127.0.0.1
# Without a language model the whole set takes seconds; with the embedded one, an hour.
EVAL ?= --llm quotes
WORKERS ?= 2
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: chat test coverage mutants check check-scripts eval bench lock audit licences clean

chat: .venv/installed
	@exec $(BIN)/paperchat chat --host $(HOST) --port $(PORT) --open

# Whole files go to two processes, so that a file's tests share its servers and indexes.
test: .venv/installed-dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(COVERAGE)

# The same tests with their lines counted, which takes half as long again.
coverage: COVERAGE = --cov
coverage: test

# Mutants of what must be right (docs/tests.md); for some of them, MUTANTS='rag.corpus.plan*'.
mutants: .venv/installed-dev build/mutmut
	PYTHONPATH=build/mutmut $(BIN)/python -m mutmut run $(MUTANTS)
	$(BIN)/python tests/mutants.py

# Beside the environment, not in it; the rest of what it needs is there.
build/mutmut:
	$(PIP) install --quiet --no-deps --target $@ mutmut==3.8.1 libcst==1.9.0 setproctitle==1.3.8

check: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(MAKE) --no-print-directory check-scripts

# The window's scripts: eslint, and tests of what they compute. Nothing else here needs Node.
NEW_NODE := const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || a == 20 && b >= 19 ? 0 : 1)
check-scripts:
	@if command -v npm >/dev/null && node -e '$(NEW_NODE)' 2>/dev/null; then \
		$(MAKE) --silent node_modules/.package-lock.json && npm run --silent lint && npm test --silent; \
	else echo "eslint and the tests of the scripts are skipped: they need npm and Node 20.19 or newer"; fi

node_modules/.package-lock.json: package-lock.json
	npm ci --no-audit --no-fund
	@touch $@

eval: .venv/installed
	@test -e .paperchat/index/CURRENT || $(BIN)/paperchat ingest
	$(BIN)/paperchat eval $(EVAL)
	@$(BIN)/python -m webbrowser "file://$(CURDIR)/.paperchat/report/report.html" >/dev/null 2>&1 \
		|| echo "Open .paperchat/report/report.html in a browser."

# At 82, 1,000 and 10,000 papers (docs/speed.md); BENCH_PAPERS=FILE has JSON lines, else they are made up.
BENCH ?= $(addprefix --papers ,$(BENCH_PAPERS))
bench: .venv/installed
	$(BIN)/python -m eval.bench scale $(BENCH)

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "paperchat needs Python 3.11 or newer; try: make chat PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv

# First everything that is locked, with its hashes and the build tool. Then the project itself, and what
# no lock can have: torch, and the libraries of the build of it that pip chooses (docs/dependencies.md).
.venv/installed: .venv/bin/python pyproject.toml requirements/run.txt
	@echo "Installing into .venv (once; a few minutes) ..."
	$(PIP) install --quiet --no-deps --require-hashes --requirement requirements/run.txt
	$(PIP) install --quiet --no-build-isolation --editable .
	@touch $@

.venv/installed-dev: .venv/installed requirements/dev.txt
	$(PIP) install --quiet --no-deps --require-hashes --requirement requirements/dev.txt
	@touch $@

# The tools of `lock` and `audit` are locked too.
build/tools/bin/uv: requirements/tools.txt
	$(PYTHON) -m venv --clear build/tools
	build/tools/bin/python -m pip --disable-pip-version-check install --quiet --no-deps --require-hashes --requirement $<
	@touch $@

# What is locked stays as it is as long as pyproject.toml allows it; `make lock NEWER=--upgrade`.
NEWER ?=
COMPILE = build/tools/bin/uv pip compile --quiet --no-annotate --universal --generate-hashes $(NEWER) \
	--custom-compile-command 'make lock' --no-emit-package torch pyproject.toml
lock: build/tools/bin/uv
	$(COMPILE) --output-file requirements/run.txt >/dev/null
	$(COMPILE) --extra dev --constraints requirements/run.txt --output-file requirements/dev.txt >/dev/null \
		$$(sed -n 's/^\([^ =]*\)==.*/--no-emit-package \1/p' requirements/run.txt)
	$(subst pyproject.toml,--group tools,$(COMPILE)) --output-file requirements/tools.txt >/dev/null

# Known vulnerabilities of what is locked, as PyPI's and npm's services say.
audit: build/tools/bin/uv
	@build/tools/bin/python eval/audit.py build/tools/bin/pip-audit; python=$$?; \
	if command -v npm >/dev/null; then npm audit --package-lock-only; \
	else echo "npm is not here: eslint is not audited"; fi && exit $$python

# Which installed packages have a copyleft licence, or none that is known.
licences: .venv/installed-dev
	@$(BIN)/python -m eval.licences

clean:
	rm -rf .venv node_modules build mutants .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
