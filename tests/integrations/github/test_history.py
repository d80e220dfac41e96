"""What the audit log tells of the accounts."""

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Site

from integrations.github.models import Account
from tests.admin_clients import api_client_of, make_administrator

pytestmark = pytest.mark.django_db


def test_log_tells_what_was_changed_in_an_account(site: Site, lab: Account) -> None:
    admin, browser = make_administrator(), Client()
    browser.force_login(admin)
    form = {"login": "new-name", "shows_projects": "on", "topics": "cms", "minimum_stars": "7"}
    assert browser.post(reverse("github_accounts:edit", args=[lab.pk]), form).status_code == 302
    query = {"action": "wagtail.edit", "user": admin.pk}
    listed = api_client_of(admin).get("/api/admin/audit-log/", query)
    (entry,) = listed.json()["items"]
    told = {change["field"]: (change["before"], change["after"]) for change in entry["changes"]}
    assert told == {
        "login": ("example-lab", "new-name"),
        "topics": ([], ["cms"]),
        "minimum_stars": (0, 7),
    }
