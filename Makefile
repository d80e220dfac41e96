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
# A module stays on one worker, and modules in the order of tests/conftest.py: long ones first.
IN_PARALLEL = -n $(PYTEST_WORKERS) --dist loadfile --no-loadscope-reorder
PYTEST_ARGS ?=
# What the second, older server is for: constraints, triggers, locks and statements of our own. The
# others are Django's and Wagtail's, which know several versions of PostgreSQL.
OLDER_SERVER_TESTS = $(addprefix tests/, cms/admin_api/test_audit_log.py cms/admin_api/test_sign_in.py cms/content_version cms/http/test_limits.py cms/ops/test_outbox.py \
	cms/ops/test_stalled_jobs.py cms/test_user.py content/admin/test_content_version.py \
	content/admin/test_event_listing.py content/test_*.py home/test_setup.py home/test_setup_command.py \
	content/api/test_events.py content/api/test_landing_page.py content/api/test_pages.py content/api/test_queries.py \
	content/api/test_site.py content/api/test_testimonials.py $(addprefix integrations/, contact/test_api.py \
	contact/test_parallel.py contact/test_retention.py github/test_api.py github/test_push_timing.py github/test_refresh.py mail/test_events.py mail/test_faults.py \
	mail/test_queueing.py mail/test_suppressions.py newsletter/test_journey.py newsletter/test_list_parallel.py newsletter/test_list_sync.py newsletter/test_services.py webhooks/test_deliveries.py \
	webhooks/test_other_messages.py webhooks/test_page_messages.py \
	webhooks/test_retention.py))

# A complete production environment for checks; it reaches nothing and protects nothing.
CHECK_ENVIRONMENT = env \
	DJANGO_SETTINGS_MODULE=cms.settings.production \
	SECRET_KEY="$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(64))')" \
	JWT_SIGNING_KEY="$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(64))')" \
	ALLOWED_HOSTS=cms.example.org PUBLIC_URL=https://cms.example.org \
	FRONTEND_URL=https://www.example.org DEFAULT_FROM_EMAIL=cms@example.org \
	EMAIL_PROVIDER=smtp EMAIL_HOST=mail.example.org \
	DATABASE_URL=postgres://cms:cms@db.example.org:5432/cms \
	REDIS_URL=redis://cache.example.org:6379/0

CHECKS = check-format check-lint check-length check-imports check-types check-settings \
	check-migrations check-openapi check-client check-delivery check-locks audit

.DEFAULT_GOAL := help
.PHONY: help run manage test e2e chaos bench bench-contributions bench-preview bench-sign-in screenshots check migrate serve worker lock openapi-snapshot client \
	venv-production venv-run venv-development frontend-packages static test-older $(CHECKS)

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' Makefile

run: venv-run ## the whole site on this machine, until Ctrl-C
	@exec $(PYTHON) manage.py run

manage: venv-run ## manage.py with the database of `make run`: make manage ARGS="shell"
	@exec $(WITH_DATABASE) $(PYTHON) manage.py $(ARGS)

test: venv-development frontend-packages ## the whole test suite, and what is our own SQL on an older PostgreSQL
	$(WITH_DATABASE) --throwaway $(PYTEST) $(IN_PARALLEL) $(PYTEST_ARGS)
	@$(MAKE) test-older

test-older: venv-development
	$(PYTHON) scripts/older_postgres.py $(PYTEST) $(IN_PARALLEL) $(OLDER_SERVER_TESTS) $(PYTEST_ARGS)

e2e: venv-development frontend-packages ## the browser journeys alone
	$(WITH_DATABASE) --throwaway $(PYTEST) tests/e2e $(PYTEST_ARGS)

chaos: venv-development ## kill workers, restart PostgreSQL, time changes: about half an hour of counting
	$(WITH_DATABASE) --throwaway $(PYTHON) -m tests.chaos workers
	$(WITH_DATABASE) --throwaway $(PYTHON) -m tests.chaos mail
	$(PYTHON) -m tests.chaos restarts
	$(PYTHON) -m tests.chaos delays

bench: venv-development ## what a remembered answer costs, on the demo site
	$(WITH_DATABASE) --throwaway sh -c '$(PYTHON) manage.py prepare_development && exec $(PYTHON) -m benchmarks $(BENCH_ARGS)'

bench-contributions: venv-development ## the same lists over 500 and over 50,000 contributions
	$(WITH_DATABASE) --throwaway sh -c '$(PYTHON) manage.py setup_site --migrate && exec $(PYTHON) -m benchmarks.contributions $(BENCH_ARGS)'

bench-preview: venv-development ## how long after typing an editor sees it in the preview, on the demo site
	$(WITH_DATABASE) --throwaway sh -c 'export ADMIN_PASSWORD=only-for-this-measurement && \
	$(PYTHON) manage.py prepare_development && exec $(PYTHON) -m benchmarks.preview $(BENCH_ARGS)'

bench-sign-in: venv-development ## whether the time of a refused sign-in tells why
	$(WITH_DATABASE) --throwaway sh -c '$(PYTHON) manage.py setup_site --migrate && exec $(PYTHON) -m benchmarks.sign_in $(BENCH_ARGS)'

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

openapi-snapshot: venv-development ## write docs/openapi.yaml and the client after a wanted change of the API
	$(PYTHON) manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml
	@$(MAKE) client

check-client: frontend-packages
	sh scripts/check-client.sh

client: frontend-packages ## write the types of the client from docs/openapi.yaml
	sh scripts/generate-client.sh frontend/api/schema.d.ts

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

frontend-packages: venv-development
	@sh scripts/npm.sh frontend
