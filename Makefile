# The verbs of this project. Each sets up what it needs; none needs a server to be installed.
.PHONY: run test check bench soak eval lock

PYTHON ?= python3
BIN = .venv/bin

# What is loaded is compiled once, not by each of the many processes.
unexport PYTHONDONTWRITEBYTECODE

run: ## Start the demo on http://127.0.0.1:8000/
	@PYTHON=$(PYTHON) scripts/setup.sh requirements.lock
	$(BIN)/kanal demo

test: dev style ## Lint, then types and import directions beside all tests
	@$(MAKE) --no-print-directory directions >$(FOUND) 2>&1 & beside=$$!; \
	[ -e $(LOADED) ] || { $(BIN)/pytest -qq --collect-only >/dev/null; touch $(LOADED); }; \
	$(BIN)/pytest -n 4 --dist worksteal; tested=$$?; \
	wait $$beside; checked=$$?; cat $(FOUND); exit $$((tested | checked))

FOUND = .venv/checked
# In a fresh clone one process compiles the tests and what they load; else each of four would.
LOADED = .venv/loaded

check: dev style directions ## Ruff, mypy (strict), import-linter
.PHONY: check style directions

style:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

directions:
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: dev ## Measure; figures go to docs/performance.md by hand, with the machine they come from
	$(BIN)/python -m tests.bench

MINUTES ?= 30

soak: dev ## Kill, freeze and restart everything under load, MINUTES long; prints a table
	KANAL_FUZZ_ALL=1 $(BIN)/pytest -q tests/gateway/web/test_openapi.py tests/gateway/test_model.py \
	    tests/gateway/grouping/test_sequences.py tests/gateway/reports/test_books.py tests/core \
	    tests/channels/test_contract.py tests/normalizer/test_properties.py
	$(BIN)/python -m tests.crash --minutes $(MINUTES)

eval: dev ## Measure the normalizer on the texts in DATA; figures go to docs/quality.md
	$(BIN)/python -m tests.eval $(DATA)

dev:
	@PYTHON=$(PYTHON) scripts/setup.sh requirements-dev.lock
.PHONY: dev

lock: dev ## Write both lock files anew from pyproject.toml
	$(BIN)/pip-compile $(LOCK) --build-deps-for wheel --upgrade -o requirements.lock pyproject.toml
	$(BIN)/pip-compile $(LOCK) --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml

LOCK = -q --strip-extras --generate-hashes --allow-unsafe --no-emit-index-url \
    --no-emit-find-links --no-header --no-annotate
