# make run     environment, then the server on THROUGHLINE_HOST:PORT (127.0.0.1:8000)
# make test    format, lint, types, import contracts, tests: what CI runs
# make neo4j   a Neo4j of one's own on loopback, kept in ./data/neo4j (make neo4j PORT=7688 for another port); needs a JDK and Maven
# make env     passwords of one's own for docker compose, in .env
# make bench   latency of a turn by step, at 10 and at 5,000 turns of one customer, on the stores that the settings name; TURNS=5000
#              OTHERS=1000 SAMPLE=60 set how many turns, how many other customers share the stores, and how many turns are measured
#              with DATA=DIR, a folder with references.jsonl, also how far confidence can be believed
# make train   the weights in nlp/data from training data: make train DATA=DIR (half an hour of one core); the same data, the same files
# make lock    resolve the dependencies of pyproject.toml anew (make lock UPGRADE=--upgrade for the newest)

PYTHON ?= $(firstword $(foreach p,python3 python3.14 python3.13 python3.12 python3.11,\
	$(if $(shell $(p) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo yes),$(p))))
UV = .tools/bin/uv
INSTALL = $(UV) pip install --python .venv/bin/python --compile-bytecode
COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header $(UPGRADE)
TEST_MODE = PYRIGHT_PYTHON_IGNORE_WARNINGS=1

.PHONY: run test neo4j env bench train lock clean

run: .venv/.run
	@exec .venv/bin/throughline serve

test: .venv/.dev
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	$(TEST_MODE) .venv/bin/pyright
	.venv/bin/lint-imports
	.venv/bin/pytest

neo4j: .venv/.run
	@exec .venv/bin/python -m agent.local_neo4j $(if $(PORT),--port $(PORT))

env:
	@umask 077 && set -C && random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; } && \
	{ test ! -e .env || { echo ".env is there already: add what is missing by hand, or move it away first" >&2; exit 1; }; } && \
	printf 'NEO4J_PASSWORD=%s\nQDRANT_API_KEY=%s\n' "$$(random)" "$$(random)" > .env && echo "wrote .env, for docker compose"

bench: .venv/.dev
	.venv/bin/python -m tests.benchmarks.bench $(if $(TURNS),--turns $(TURNS)) $(if $(OTHERS),--others $(OTHERS)) $(if $(SAMPLE),--sample $(SAMPLE))
	@test ! -f "$(DATA)/references.jsonl" || .venv/bin/python -m tests.benchmarks.reliability "$(DATA)/references.jsonl"

train: .venv/.run
	@test -f "$(DATA)/rewrites.jsonl" || { echo "name the folder of references.jsonl and rewrites.jsonl: make train DATA=DIR" >&2; exit 1; }
	.venv/bin/python -m nlp.train_agreement "$(DATA)"
	.venv/bin/python -m nlp.train_ranker "$(DATA)"
	.venv/bin/python -m nlp.train_repairs "$(DATA)"
	.venv/bin/python -m nlp.train_completion "$(DATA)"

lock: $(UV)
	echo "uv>=0.9" | $(COMPILE) - -o requirements-uv.lock
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) --group dev -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf .venv .tools .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/.run: $(UV) requirements.lock pyproject.toml
	@test -x .venv/bin/python || $(UV) venv --python "$(PYTHON)" .venv
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --no-deps --editable .
	@touch $@

.venv/.dev: .venv/.run requirements-dev.lock
	$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

$(UV): requirements-uv.lock
	@test -n "$(PYTHON)" || { echo "Throughline needs Python 3.11 or later, and none of python3, python3.14 … python3.11 is one. Install it \
	(Debian, Ubuntu: apt-get install python3 python3-venv; macOS: brew install python), or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) lacks the modules venv and ensurepip. Install them \
	(Debian, Ubuntu: apt-get install python3-venv), or name another Python: make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; exit 1; }
	"$(PYTHON)" -m venv --clear .tools
	.tools/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-uv.lock
	@touch $@
