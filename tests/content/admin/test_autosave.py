"""The form of a new event saves itself, also while its editor clicks."""

import threading
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client

from cms.models import User
from content.models import EventPage
from home.setup import prepare_site
from tests.factories import event_index

EMPTY_FORMSETS = {
    f"{name}-{key}": value
    for name in ("speakers", "sessions")
    for key, value in (("TOTAL_FORMS", 0), ("INITIAL_FORMS", 0), ("MIN_NUM_FORMS", 0))
}


@pytest.mark.django_db(transaction=True)
def test_event_saved_twice_at_once_is_added_once_and_never_an_error() -> None:
    prepare_site()
    user = User.objects.create_user("editor", "editor@example.org", "long-password")
    user.groups.add(Group.objects.get(name="Editors"))
    index = event_index()
    form = {
        **EMPTY_FORMSETS,
        "title": "Night of soldering",
        "slug": "night-of-soldering",
        "starts_at": "2027-05-04 18:30",
        "timezone": "Europe/Madrid",
        "event_type": "meetup",
        "event_status": "scheduled",
        "attendance_mode": "offline",
        "is_free": "on",
        "body-count": 0,
    }
    together = threading.Barrier(2)
    answers: list[Any] = []

    def save() -> None:
        client = Client(raise_request_exception=False)
        client.force_login(user)
        together.wait()
        answers.append(client.post(f"/admin/pages/add/content/eventpage/{index.pk}/", form))
        connection.close()

    threads = [threading.Thread(target=save) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    assert EventPage.objects.filter(slug="night-of-soldering", alias_of=None).count() == 1
