"""`manage.py setup_site --migrate`, the one step between an empty database and a working site."""

import io

import pytest
from django.core.management import call_command

from tests.contract.openapi import ApiClient


@pytest.mark.django_db
def test_setup_with_migrate_answers_the_landing_page_afterwards() -> None:
    output = io.StringIO()
    call_command("setup_site", migrate=True, stdout=output, verbosity=0)
    answer = ApiClient().get("/api/v2/resolve/?path=/es/")
    assert answer.status_code == 200
    assert answer.json()["page"]["meta"]["locale"] == "es"
    assert "landing page in es" in output.getvalue()
