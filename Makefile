# Everything one needs is a target here; `make` alone lists them.
# Variables of the environment work for all of them, as in `make run PORT=8001`.
MAKEFLAGS += --no-print-directory
SHELL = /bin/sh
PYTHON = .venv/bin/python
PRODUCTION = DJANGO_SETTINGS_MODULE=$${DJANGO_SETTINGS_MODULE:-cms.settings.production}
WITH_DATABASE = $(PYTHON) -m cms.ops.embedded_postgres_command
PACKAGES = $(wildcard cms home content integrations)
PYTEST = $(PYTHON) -m pytest
# Two workers are the fastest on two cores and still help on more: most of the time is PostgreSQL's.
PYTEST_WORKERS ?= 2
PYTEST_ARGS ?=
# What does not depend on the server's version is not run on a second one.
SAME_ON_ANY_SERVER = --ignore=tests/e2e --ignore=tests/deploy --ignore=tests/cms/ops

# A complete production environment for checks; it reaches nothing and protects nothing.
CHECK_ENVIRONMENT = env \
	DJANGO_SETTINGS_MODULE=cms.settings.production \
	SECRET_KEY="$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(64))')" \
	ALLOWED_HOSTS=cms.example.org PUBLIC_URL=https://cms.example.org \
	FRONTEND_URL=https://www.example.org DEFAULT_FROM_EMAIL=cms@example.org \
	EMAIL_PROVIDER=smtp EMAIL_HOST=mail.example.org \
	DATABASE_URL=postgres://cms:cms@db.example.org:5432/cms

CHECKS = check-format check-lint check-length check-imports check-types check-settings \
	check-migrations check-openapi check-delivery check-locks audit

.DEFAULT_GOAL := help
.PHONY: help run manage test e2e screenshots check migrate serve worker lock openapi-snapshot \
	venv-production venv-run venv-development static test-older $(CHECKS)

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' Makefile

run: venv-run ## the whole site on this machine, until Ctrl-C
	@exec $(PYTHON) manage.py run

manage: venv-run ## manage.py with the database of `make run`: make manage ARGS="shell"
	@exec $(WITH_DATABASE) $(PYTHON) manage.py $(ARGS)

test: venv-development ## the whole test suite, then once more on an older PostgreSQL
	$(WITH_DATABASE) --throwaway $(PYTEST) -n $(PYTEST_WORKERS) --dist loadfile $(PYTEST_ARGS)
	@$(MAKE) test-older

test-older: venv-development
	$(PYTHON) scripts/older_postgres.py $(PYTEST) -n $(PYTEST_WORKERS) --dist loadfile $(SAME_ON_ANY_SERVER) $(PYTEST_ARGS)

e2e: venv-development ## the browser journeys alone
	$(WITH_DATABASE) --throwaway $(PYTEST) tests/e2e $(PYTEST_ARGS)

screenshots: venv-development ## pictures of the admin: make screenshots URL=… USERNAME=… FOLDER=…
	$(PYTHON) -m tests.e2e.screenshots "$(URL)" "$(USERNAME)" "$(FOLDER)"

check: $(CHECKS) ## the static gate
	@echo "All checks passed."

check-format: venv-development
	$(PYTHON) -m ruff format --check .

check-lint: venv-development
	$(PYTHON) -m ruff check .

check-types: venv-development
	$(PYTHON) -m mypy $(PACKAGES)

check-imports: venv-development
	.venv/bin/lint-imports

check-length:
	sh scripts/check-module-length.sh

check-settings: venv-development
	$(CHECK_ENVIRONMENT) $(PYTHON) -W error manage.py check --deploy --fail-level WARNING

check-migrations: venv-development
	$(WITH_DATABASE) --throwaway $(PYTHON) manage.py makemigrations --check --dry-run

check-openapi: venv-development
	@fresh=$$(mktemp) && trap 'rm -f "$$fresh"' EXIT && \
	$(PYTHON) manage.py spectacular --validate --fail-on-warn --file "$$fresh" && \
	diff -u docs/openapi.yaml "$$fresh" || \
	{ echo "The public API has changed. If that is wanted: make openapi-snapshot" >&2; exit 1; }

openapi-snapshot: venv-development ## write docs/openapi.yaml after a wanted change of the API
	$(PYTHON) manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml

check-delivery: venv-development
	.venv/bin/hadolint Dockerfile
	.venv/bin/check-jsonschema --builtin-schema vendor.compose-spec compose.yaml

check-locks: venv-development
	sh scripts/check-locks.sh

audit: venv-development
	sh scripts/audit.sh

migrate: venv-production ## create or change the tables and first pages of the production database
	@export $(PRODUCTION) && $(PYTHON) manage.py setup_site --migrate

serve: venv-production static ## the production web server, on HOST and PORT
	@export $(PRODUCTION) && exec $(PYTHON) manage.py serve --host $${HOST:-0.0.0.0} --port $${PORT:-8000}

worker: venv-production ## the production worker
	@export $(PRODUCTION) && exec $(PYTHON) manage.py worker

static: venv-production
	@export $(PRODUCTION) && $(PYTHON) manage.py collectstatic --noinput --verbosity 0

lock: venv-development ## write the requirement files from pyproject.toml
	sh scripts/lock.sh

venv-production:
	@sh scripts/venv.sh requirements.txt

# The embedded PostgreSQL is needed only where no other is named.
venv-run:
	@if [ -n "$${DATABASE_URL:-}" ]; then sh scripts/venv.sh requirements.txt; \
	else sh scripts/venv.sh requirements.txt requirements-embedded.txt; fi

venv-development:
	@sh scripts/venv.sh requirements.txt requirements-embedded.txt requirements-dev.txt
