"""`manage.py setup_site --migrate`, the one step between an empty database and a working site."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from cms.models import User
from tests.contract.openapi import ApiClient


@pytest.mark.usefixtures("migrated_database")
@pytest.mark.django_db
def test_setup_with_migrate_answers_the_landing_page_afterwards() -> None:
    output = io.StringIO()
    call_command("setup_site", migrate=True, stdout=output, verbosity=0)
    answer = ApiClient().get("/api/v2/resolve/?path=/es/")
    assert answer.status_code == 200
    assert answer.json()["page"]["meta"]["locale"] == "es"
    assert "landing page in es" in output.getvalue()


@pytest.mark.usefixtures("migrated_database")
@pytest.mark.django_db
def test_development_database_is_prepared_without_a_folder(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_DIR = tmp_path / "not" / "there"
    monkeypatch.delenv("ADMIN_PASSWORD", raising=False)
    call_command("prepare_development", stdout=io.StringIO())
    admin = User.objects.get(username="admin")
    assert admin.is_superuser
    assert admin.get_full_name()
