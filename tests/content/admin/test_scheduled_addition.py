"""What is written and scheduled at once, in the form that adds it, waits for its time."""

from typing import Any

import pytest
from django.urls import reverse
from wagtail.models import Site
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from content.models import EventPage, StandardPage, Testimonial
from content.scheduling import run_due
from home.models import HomePage
from integrations.webhooks.models import Message
from integrations.webhooks.services import add_endpoint
from tests.content.admin.steps import Admin, make_due
from tests.content.admin.world import World
from tests.contract.openapi import ApiClient
from tests.factories import in_hours

pytestmark = pytest.mark.django_db

FORM_MOMENT = "%Y-%m-%d %H:%M"
TIMES = [
    {"go_live_at": 24 * 21},
    {"go_live_at": 24 * 21, "expire_at": 24 * 30},
]


@pytest.fixture
def world(site: Site) -> World:
    world = World(site)
    add_endpoint(url="https://www.example.org/hook")
    Message.objects.all().delete()
    return world


def add_event(admin: Admin, times: dict[str, str]) -> EventPage:
    return admin.add("en", **{"action-publish": "on"}, **times)


def add_standard_page(admin: Admin, times: dict[str, str]) -> StandardPage:
    home = HomePage.objects.get(locale__language_code="en")
    fields = {"title": "Plans", "slug": "plans", "body": streamfield([]), "action-publish": "on"}
    data = nested_form_data({**fields, "comments": inline_formset([]), **times})
    admin.post("add", "content", "standardpage", home.pk, data=data)
    return StandardPage.objects.get(slug="plans", locale=home.locale)


def statuses(api: ApiClient, page: Any) -> set[int]:
    versions = page.get_translations(inclusive=True)
    assert len(versions) == 2
    return {api.get(f"/api/v2/pages/{each.pk}/").status_code for each in versions}


@pytest.mark.parametrize("hours", TIMES)
@pytest.mark.parametrize("add", [add_event, add_standard_page])
def test_page_scheduled_when_it_is_added_is_in_no_language_until_its_time(
    world: World, api: ApiClient, add: Any, hours: dict[str, int]
) -> None:
    times = {name: in_hours(value).strftime(FORM_MOMENT) for name, value in hours.items()}
    page = add(world.admin, times)
    assert statuses(api, page) == {404}
    assert not Message.objects.exists()
    make_due(page)
    assert run_due() == 1
    assert statuses(api, page) == {200}
    assert [(each.type, each.object_id) for each in Message.objects.all()] == [
        ("page.published", page.pk)
    ]


def test_testimonial_scheduled_when_it_is_added_waits_for_its_time(
    world: World, api: ApiClient
) -> None:
    fields = {"author_name": "Eva", "quote": "Good.", "sort_order": "1", "action-publish": "on"}
    times = {"go_live_at": in_hours(24).strftime(FORM_MOMENT)}
    url = reverse("wagtailsnippets_content_testimonial:add")
    assert world.client.post(url, {**fields, **times}).status_code == 302
    said = Testimonial.objects.get()
    assert api.get(f"/api/v2/testimonials/{said.pk}/").status_code == 404
    assert not Message.objects.exists()
    make_due(said)
    assert run_due() == 1
    assert api.get(f"/api/v2/testimonials/{said.pk}/").status_code == 200
