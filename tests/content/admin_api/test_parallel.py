"""Who writes in the same moment as others: nothing is lost, nothing is made twice."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from cms.models import User
from content.models import EventPage, SiteImage, Testimonial
from tests.admin_clients import api_client_of, make_user
from tests.at_once import at_once
from tests.content.admin.steps import form_data
from tests.content.admin_api.steps import EVENTS, TESTIMONIALS, created, patch, post
from tests.contract.openapi import ApiClient
from tests.factories import jpeg

pytestmark = pytest.mark.usefixtures("committed_database")

PARALLEL = 8
KINDS = pytest.mark.parametrize(
    ("path", "model"), [(EVENTS, EventPage), (TESTIMONIALS, Testimonial)]
)


@pytest.fixture
def person(committed_database: str) -> User:
    return make_user("Moderators")


@pytest.fixture
def client(person: User) -> ApiClient:
    return api_client_of(person)


def of_its_own(client: ApiClient) -> ApiClient:
    """Test clients are not made for threads."""
    return ApiClient(headers={"Authorization": client.defaults["HTTP_AUTHORIZATION"]})


def newest(model: Any, pk: int) -> Any:
    return model.objects.get(pk=pk).get_latest_revision_as_object()


@KINDS
def test_one_of_many_changes_of_the_same_state_is_saved(
    path: str, model: Any, client: ApiClient
) -> None:
    item = created(client, path)
    here = f"{path}{item['id']}/"
    read = client.get(here)["ETag"]
    field = "title" if path == EVENTS else "author_name"
    before = model.objects.get(pk=item["id"]).revisions.count()

    answers = at_once(
        lambda number: patch(of_its_own(client), here, {field: f"No. {number}"}, If_Match=read),
        PARALLEL,
    )

    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: PARALLEL - 1}
    (winner,) = (answer for answer in answers if answer.status_code == 200)
    assert getattr(newest(model, item["id"]), field) == winner.json()[field]
    assert model.objects.get(pk=item["id"]).revisions.count() == before + 1
    assert client.get(here)["ETag"] == winner["ETag"] != read


@KINDS
def test_one_of_many_kinds_of_writes_to_the_same_state_happens(
    path: str, model: Any, client: ApiClient
) -> None:
    item = created(client, path)
    here = f"{path}{item['id']}/"
    read = client.get(here)["ETag"]
    first = model.objects.get(pk=item["id"]).latest_revision_id
    later = {"go_live_at": "2031-01-01T10:00:00Z"}
    writes: list[Callable[[ApiClient], Any]] = [
        lambda own: patch(own, here, {"featured": True}, If_Match=read),
        lambda own: post(own, f"{here}publish", If_Match=read),
        lambda own: post(own, f"{here}schedule", later, If_Match=read),
        lambda own: post(own, f"{here}submit", If_Match=read),
        lambda own: post(own, f"{here}revisions/{first}/restore", If_Match=read),
        lambda own: own.delete(here, headers={"If-Match": read}),
    ]

    answers = at_once(lambda number: writes[number](of_its_own(client)), len(writes))

    done = [answer for answer in answers if answer.status_code in (200, 204)]
    assert len(done) == 1
    # What was deleted is not there to be compared.
    refused = {404} if done[0].status_code == 204 else {412}
    assert {answer.status_code for answer in answers if answer not in done} == refused


@KINDS
def test_one_of_many_posts_with_the_same_key_creates(
    path: str, model: Any, client: ApiClient
) -> None:
    body = {"title": "Once", "starts_at": "2030-05-04T18:00:00Z"}
    if path == TESTIMONIALS:
        body = {"author_name": "Once", "quote": "Good."}
    made = model.objects.filter(**{key: "Once" for key in body if body[key] == "Once"})

    answers = at_once(
        lambda _number: post(of_its_own(client), path, body, Idempotency_Key="once"),
        PARALLEL,
    )

    assert_one_was_made(answers)
    assert made.filter(locale__language_code="en").count() == 1


def test_one_of_many_uploads_with_the_same_key_is_stored(client: ApiClient) -> None:
    picture, before = jpeg((90, 60)), SiteImage.objects.count()

    def upload(_number: int) -> Any:
        file = SimpleUploadedFile("talk.jpg", picture, "image/jpeg")
        headers = {"Idempotency-Key": "picture"}
        own = of_its_own(client)
        return own.post("/api/admin/images/", {"file": file, "alt": "A talk"}, headers=headers)

    assert_one_was_made(at_once(upload, PARALLEL))
    assert SiteImage.objects.count() == before + 1


def assert_one_was_made(answers: list[Any]) -> None:
    """The others got the same answer, or were told that the first is still under way."""
    by_status = Counter(answer.status_code for answer in answers)
    assert by_status[201] >= 1
    assert set(by_status) <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1


def test_api_waits_for_a_form_that_is_being_saved_and_sees_it(
    client: ApiClient, person: User
) -> None:
    item = created(client, EVENTS, title="Read")
    here = f"{EVENTS}{item['id']}/"
    read = client.get(here)["ETag"]

    def change() -> Any:
        try:
            return patch(of_its_own(client), here, {"title": "Program"}, If_Match=read)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            save_form(person, item["id"], title="Form")
            answer = threads.submit(change)
            while not waits_for_a_lock():
                assert not answer.done()
                time.sleep(0.01)
        assert answer.result().status_code == 412
    assert newest(EventPage, item["id"]).title == "Form"


def test_api_sees_what_a_form_has_saved_into_its_own_revision(
    client: ApiClient, person: User
) -> None:
    item = created(client, EVENTS, title="Read")
    here = f"{EVENTS}{item['id']}/"
    save_form(person, item["id"], title="First")
    revision = EventPage.objects.get(pk=item["id"]).latest_revision_id
    read = client.get(here)["ETag"]

    save_form(person, item["id"], title="Second", overwrite_revision_id=str(revision))

    assert EventPage.objects.get(pk=item["id"]).latest_revision_id == revision
    assert patch(client, here, {"title": "Program"}, If_Match=read).status_code == 412
    assert newest(EventPage, item["id"]).title == "Second"


def test_form_that_saves_itself_does_not_overwrite_the_api(client: ApiClient, person: User) -> None:
    item = created(client, EVENTS, title="Read")
    here = f"{EVENTS}{item['id']}/"
    loaded = client.get(here).json()["meta"]
    assert patch(client, here, {"title": "Program"}).status_code == 200

    answer = submit_form(person, item["id"], title="Form", loaded=loaded)

    assert answer.status_code == 400
    assert answer.json()["error_code"] == "invalid_revision"
    assert newest(EventPage, item["id"]).title == "Program"


def save_form(person: User, pk: int, *, title: str, **fields: str) -> None:
    """As the admin's form does by itself while somebody types."""
    answer = submit_form(person, pk, title=title, **fields)
    assert answer.status_code == 200, answer.content
    assert answer.json()["success"]


def submit_form(
    person: User, pk: int, *, title: str, loaded: dict[str, Any] | None = None, **fields: str
) -> Any:
    if loaded:
        fields["loaded_revision_id"] = str(loaded["revision_id"])
        fields["loaded_revision_created_at"] = loaded["revision_created_at"]
    browser = Client(headers={"Accept": "application/json"})
    browser.force_login(person)
    address = reverse("wagtailadmin_pages:edit", args=[pk])
    return browser.post(address, form_data(title, slug=f"talk-{pk}", **fields))


def waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        # Within a transaction the view goes on saying what it said first.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT 1 FROM pg_stat_activity "
            "WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone() is not None
