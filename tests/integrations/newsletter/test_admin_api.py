"""Subscribers over the admin API: read with a trace, never subscribed without their own yes."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from wagtail.models import ModelLogEntry

from cms.models import User
from integrations.newsletter.models import ErasedAddress, Subscriber
from integrations.newsletter.states import State
from tests.admin_clients import api_client_of, make_user
from tests.contract.openapi import ApiClient
from tests.integrations.newsletter.conftest import ADDRESS, subscriber_in
from tests.problems import assert_problem

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

LIST = "/api/admin/subscribers/"


def member(*rights: str) -> User:
    user = make_user("Editors")
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    return user


@pytest.fixture
def api() -> ApiClient:
    return api_client_of(member("view_subscriber", "change_subscriber", "delete_subscriber"))


def patch(api: ApiClient, subscriber: Subscriber, body: Any, **headers: str) -> Any:
    url = f"{LIST}{subscriber.pk}/"
    return api.patch(url, body, content_type="application/json", headers=headers)


def test_subscriber_is_read_with_the_ledger_and_a_trace(api: ApiClient) -> None:
    subscriber = subscriber_in(State.CONFIRMED)
    body = api.get(f"{LIST}{subscriber.pk}/").json()
    assert (body["email"], body["state"]) == (ADDRESS, "confirmed")
    assert [entry["kind"] for entry in body["consents"]] == ["asked", "confirmed"]
    assert body["consents"][1]["wording"]
    assert ModelLogEntry.objects.get(action="newsletter.read").object_id == str(subscriber.pk)


def test_list_is_filtered_and_names_in_the_log_whom_it_showed(api: ApiClient) -> None:
    there = subscriber_in(State.CONFIRMED)
    subscriber_in(State.UNSUBSCRIBED, "gone@example.org")
    for query in ("state=confirmed", f"search={ADDRESS.upper()}", "locale=en&limit=100"):
        answer = api.get(f"{LIST}?{query}").json()
        assert ADDRESS in [item["email"] for item in answer["items"]]
    assert [item["email"] for item in api.get(f"{LIST}?search=gone").json()["items"]] == [
        "gone@example.org"
    ]
    assert api.get(f"{LIST}?state=bounced").json() == {"meta": {"total_count": 0}, "items": []}
    assert api.get(f"{LIST}?until=2026-01-01").json()["items"] == []
    assert_problem(api.get(f"{LIST}?status=x"), 400, parameters={"status"})
    entries = ModelLogEntry.objects.filter(action="newsletter.list").order_by("pk")
    assert entries[0].data["ids"] == [str(there.pk)]
    assert entries.count() == 4
    # To hear that somebody is there is to have read it.
    for query in ("limit=0", "offset=5"):
        found = api.get(f"{LIST}?search={ADDRESS}&{query}").json()
        assert found == {"meta": {"total_count": 1}, "items": []}
    assert [entry.data["searched"] for entry in entries.all()[4:]] == [True, True]


CHANGES = [
    (State.CONFIRMED, "unsubscribed", 200),
    (State.CONFIRMED, "bounced", 200),
    (State.COMPLAINED, "unsubscribed", 200),
    (State.PENDING, "confirmed", 400),
    (State.UNSUBSCRIBED, "confirmed", 400),
    (State.UNSUBSCRIBED, "pending", 400),
    (State.COMPLAINED, "confirmed", 400),
    (State.CONFIRMED, "erased", 400),
]


@pytest.mark.parametrize(("former", "state", "status"), CHANGES)
def test_nobody_is_subscribed_without_a_yes(
    api: ApiClient, former: State, state: str, status: int
) -> None:
    subscriber = subscriber_in(former)
    answer = patch(api, subscriber, {"state": state})
    assert answer.status_code == status
    subscriber.refresh_from_db()
    assert subscriber.state == (state if status == 200 else former)
    if status == 400:
        (error,) = assert_problem(answer, 400)["errors"]
        assert error["pointer"] == "/state"


def test_change_of_what_was_not_read_is_refused(api: ApiClient) -> None:
    subscriber = subscriber_in(State.CONFIRMED)
    read = api.get(f"{LIST}{subscriber.pk}/")
    tag = {"If-Match": read["ETag"]}
    assert patch(api, subscriber, {**read.json(), "state": "bounced"}, **tag).status_code == 200
    assert_problem(patch(api, subscriber, {"state": "unsubscribed"}, **tag), 412)
    assert_problem(patch(api, subscriber, {"email": "eve@example.org"}), 400)


def test_erased_subscriber_leaves_a_digest_and_an_entry(api: ApiClient) -> None:
    subscriber = subscriber_in(State.CONFIRMED)
    assert api.delete(f"{LIST}{subscriber.pk}/").status_code == 204
    assert not Subscriber.objects.exists()
    assert ErasedAddress.objects.count() == 1
    assert ModelLogEntry.objects.filter(action="newsletter.erase").count() == 1
    assert_problem(api.get(f"{LIST}{subscriber.pk}/"), 404)


def test_rights_are_the_admins() -> None:
    subscriber = subscriber_in(State.CONFIRMED)
    url = f"{LIST}{subscriber.pk}/"
    for user, expected in ((member(), 403), (member("view_subscriber"), 200)):
        api = api_client_of(user)
        assert [api.get(LIST).status_code, api.get(url).status_code] == [expected] * 2
        assert_problem(patch(api, subscriber, {"state": "unsubscribed"}), 403)
        assert_problem(api.delete(url), 403)
    assert_problem(ApiClient().get(url), 401)
