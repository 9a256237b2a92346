# The targets of the project. `make run` and `make test` need nothing but make and some python3.
PY := .venv/bin/python
ifdef PORT
export PORT
endif
ifdef DATA_DIR
export DATA_DIR
endif

.DEFAULT_GOAL := help
.PHONY: help run test check services stop bench faults format docs lock messages

help: ## lists the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

run: ## installs what is missing and serves the demo (PORT=8000, DATA_DIR=.data)
	@scripts/bootstrap && exec $(PY) scripts/run.py

test: ## installs what is missing and runs all tests: real database, real broker, real browser
	@scripts/bootstrap --dev && exec .venv/bin/pytest

check: ## format, lint, types, imports, migrations, translations, generated documents
	@scripts/bootstrap --dev && exec $(PY) scripts/check.py

services: ## starts only the database and the broker, in the background, with tables and rules
	@scripts/bootstrap && $(PY) scripts/services.py start && $(PY) manage.py prepare_database \
		&& $(PY) manage.py migrate --verbosity=0 && $(PY) manage.py load_rules > /dev/null

stop: ## stops what was started in DATA_DIR
	@scripts/bootstrap && exec $(PY) scripts/services.py stop

bench: ## measures itself beside bare floors and prints the ratios (bench/results.json)
	@scripts/bootstrap --dev && exec $(PY) bench/run.py

faults: ## kills and cuts off its processes and checks that nothing is lost
	@scripts/bootstrap --dev && exec .venv/bin/pytest tests/faults

format: ## formats the code and mends what the linter can
	@scripts/bootstrap --dev && .venv/bin/ruff format -q . && .venv/bin/ruff check -q --fix .

docs: ## writes the generated pages of docs/ anew
	@scripts/bootstrap --dev && exec $(PY) scripts/docs.py write

messages: ## lists the Chinese strings that have no English yet
	@scripts/bootstrap --dev && exec $(PY) scripts/messages.py missing

lock: ## writes the hashed lists of packages anew from requirements/*.in
	@scripts/bootstrap --lock
