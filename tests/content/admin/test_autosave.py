"""The form of a new event saves itself, also while its editor clicks."""

import pytest
from django.test import RequestFactory

from content.models import EventIndexPage, EventPage
from content.wagtail_hooks import wait_for_draft_in_progress
from tests.factories import event_index, make_event


@pytest.mark.django_db
def test_form_that_waited_for_a_draft_sees_the_first_page_of_its_parent(site: object) -> None:
    seen_before = EventIndexPage.objects.get(pk=event_index().pk)
    make_event(slug="night-of-soldering", publish=False)
    request = RequestFactory().post("/admin/pages/add/")
    wait_for_draft_in_progress(request, seen_before, EventPage)
    taken = EventPage(title="Night of soldering", slug="night-of-soldering")
    assert not EventPage._slug_is_available("night-of-soldering", seen_before, taken)
