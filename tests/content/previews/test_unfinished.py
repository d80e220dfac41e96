"""Forms in the middle of being filled in: refused, or shown as far as they are."""

import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import streamfield

from content.models import EventPage
from tests.content.api.seed import Seed
from tests.content.previews import forms
from tests.content.previews.desk import Desk, Frame
from tests.factories import event_index

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("timezone", ["", " ", "Europe/Nowhere"])
def test_event_without_time_zone_keeps_its_last_preview(
    seeded: Seed, desk: Desk, timezone: str
) -> None:
    desk.edit_page(seeded.event, forms.event_form(title="Night of boards"))
    url = reverse("wagtailadmin_pages:preview_on_edit", args=[seeded.event.pk])
    answer = desk.client.post(url, forms.event_form(title="Night", timezone=timezone))
    assert answer.json() == {"is_valid": False, "is_available": True}
    frame = Frame.of(desk.client.get(url, {"in_preview_panel": "true"}))
    assert frame.read()["title"] == "Night of boards"


def test_event_without_time_zone_is_not_saved_even_as_a_draft(seeded: Seed, desk: Desk) -> None:
    edit = reverse("wagtailadmin_pages:edit", args=[seeded.event.pk])
    add = reverse("wagtailadmin_pages:add", args=["content", "eventpage", event_index().pk])
    events = EventPage.objects.count()
    for url in (edit, add):
        answer = desk.client.post(url, forms.event_form(slug="other", timezone=""))
        assert answer.status_code == 200
        assert "timezone" in answer.context["form"].errors
    assert EventPage.objects.count() == events
    assert desk.client.get(edit).status_code == 200


def test_block_without_its_required_text_is_previewed_in_the_shape_of_the_contract(
    seeded: Seed, desk: Desk
) -> None:
    quote = ("quote", {"text": "", "attribution": ""})
    frame = desk.edit_page(seeded.event, forms.event_form(body=streamfield([quote])))
    [shown] = frame.read()["body"]
    assert (shown["type"], shown["value"]["text"]) == ("quote", "")
