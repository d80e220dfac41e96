"""Times that nobody means: GitHub takes what stands in a commit."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Site
from wagtail.users.models import UserProfile

from cms.feeds import PROJECTS
from integrations.github.models import Account, Project
from integrations.github.refresh import Outcome
from tests.admin_clients import make_administrator
from tests.integrations.github.conftest import Refresh
from tests.integrations.github.server import FakeGitHub
from tests.integrations.github.world import repository

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("pushed_at", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Auckland"])
def test_time_at_the_end_of_the_calendar_breaks_no_page_of_the_admin(
    zone: str,
    pushed_at: str,
    site: Site,
    github: FakeGitHub,
    lab: Account,
    refresh_now: Refresh,
    settings: Any,
) -> None:
    settings.TIME_ZONE = zone
    github.repositories["example-lab"] = [repository(1, pushed_at=pushed_at)]
    assert refresh_now(PROJECTS).outcome is Outcome.COMPLETE
    admin, browser = make_administrator(), Client()
    UserProfile.get_for_user(admin).save()
    UserProfile.objects.filter(user=admin).update(current_time_zone=zone)
    browser.force_login(admin)
    page = browser.get(reverse("github_projects:index"))
    assert page.status_code == 200
    assert "tool-1" in page.content.decode()
    assert Project.objects.get().pushed_at is None
