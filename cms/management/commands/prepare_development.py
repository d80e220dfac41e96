"""`manage.py prepare_development`: make a development database ready to sign in."""

import io
import os
from pathlib import Path
from typing import Any, Never

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from tqdm import tqdm
from wagtail.models import Site

from cms.ops.admin_password import chosen_or_generated
from cms.ops.log_levels import DEMO_LOGGERS, only_warnings
from home.setup import point_at_frontend, prepare_site

OLDEST_POSTGRESQL = 15
ADMIN = "admin"
LOOPBACK_NAMES = ("localhost", "127.0.0.1")


class Command(BaseCommand):
    help = "Create the tables, the user admin and, once, the demo site (LOAD_DEMO=0: none)."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Do what has not been done yet."""
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        self._check_server()
        self._migrate()
        with only_warnings(*DEMO_LOGGERS):
            for line in prepare_site():
                self.stdout.write(line)
        self._follow_frontend()
        # Before there is an administrator, who would be mailed about what waits for approval.
        self._load_demo_once()
        with only_warnings(*DEMO_LOGGERS):
            self._ensure_admin(chosen_or_generated(settings.DATA_DIR))

    def _check_server(self) -> None:
        try:
            connection.ensure_connection()
        except OperationalError as error:
            message = f"The database of DATABASE_URL cannot be used: {' '.join(str(error).split())}"
            raise CommandError(message) from error
        major = connection.connection.info.server_version // 10_000
        if major < OLDEST_POSTGRESQL:
            message = (
                f"The database of DATABASE_URL is PostgreSQL {major}; "
                f"{OLDEST_POSTGRESQL} or newer is needed."
            )
            raise CommandError(message)

    def _migrate(self) -> None:
        executor = MigrationExecutor(connection)
        steps = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        if not executor.loader.applied_migrations:
            # A file, so that a start which is interrupted before the demo site is there loads it
            # next time, and a database that was in use before never gets one.
            self._demo_pending.touch()
        if not steps:
            return
        self.stdout.write(f"Creating the database tables ({steps} migrations) …")
        self.stdout.flush()
        with tqdm(total=steps, unit=" migrations", disable=None, leave=False) as progress:
            call_command("migrate", interactive=False, stdout=_AppliedMigrations(progress))
        connection.close()

    def _follow_frontend(self) -> None:
        """FRONTEND_PORT may be another one than at the last start; a real address stays."""
        site = Site.objects.get(is_default_site=True)
        before = site.root_url
        if site.hostname in LOOPBACK_NAMES:
            point_at_frontend(site)
        if site.root_url != before:
            site.save()
            self.stdout.write(f"Pointed the site at {settings.FRONTEND_URL}.")

    def _ensure_admin(self, password: str) -> None:
        users = get_user_model()._default_manager
        admin = users.filter(username=ADMIN).first()
        if admin is None:
            users.create_superuser(
                username=ADMIN,
                email="admin@example.org",
                password=password,
                first_name="Site",
                last_name="Administrator",
            )
        elif os.environ.get("ADMIN_PASSWORD") and not admin.check_password(password):
            admin.set_password(password)
            admin.save()

    @property
    def _demo_pending(self) -> Path:
        return settings.DATA_DIR / "demo-pending"

    def _load_demo_once(self) -> None:
        if not self._demo_pending.exists():
            return
        if os.environ.get("LOAD_DEMO") != "0":
            self.stdout.write("Loading the demo site …")
            self.stdout.flush()
            call_command("load_demo", stdout=self.stdout)
        self._demo_pending.unlink()


class _AppliedMigrations(io.TextIOBase):
    """Moves a progress bar for every migration that `migrate` reports as done."""

    def __init__(self, progress: "tqdm[Never]") -> None:
        self._progress = progress

    def write(self, text: str) -> int:
        self._progress.update(text.count(" OK"))
        return len(text)
