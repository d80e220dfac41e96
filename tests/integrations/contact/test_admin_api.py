"""The inbox over the admin API: the same rights, the same log."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from wagtail.models import ModelLogEntry

from cms.models import User
from integrations.contact.models import ContactMessage, Note
from tests.admin_clients import api_client_of, make_user
from tests.audit_log import own_data
from tests.contract.openapi import ApiClient
from tests.integrations.contact.conftest import make_message
from tests.problems import assert_problem

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

LIST = "/api/admin/contact-messages/"


def detail(message: ContactMessage) -> str:
    return f"{LIST}{message.pk}/"


@pytest.fixture
def person() -> User:
    return make_user("Inbox", first_name="Ana")


@pytest.fixture
def api(person: User) -> ApiClient:
    return api_client_of(person)


def patch(api: ApiClient, message: ContactMessage, body: Any, **headers: str) -> Any:
    return api.patch(detail(message), body, content_type="application/json", headers=headers)


def subjects(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return sorted(item["subject"] for item in answer.json()["items"])


def logged(action: str) -> list[ModelLogEntry]:
    return list(ModelLogEntry.objects.filter(action=action))


def test_message_is_read_and_the_reading_logged(api: ApiClient, person: User) -> None:
    message = make_message(subject="Coffee", assignee=person)
    Note.objects.create(message=message, author=person, text="Called")

    answer = api.get(detail(message))

    body = answer.json()
    (note,) = body.pop("notes")
    assert (note["author"], note["text"]) == ({"id": person.pk, "name": "Ana"}, "Called")
    assert (body["email"], body["message"]) == ("ana@example.org", "Is there coffee?")
    assert (body["state"], body["is_unread"], body["consent"]) == ("new", False, False)
    assert body["assignee"] == {"id": person.pk, "name": "Ana"}
    assert answer["Cache-Control"] == "private, no-store"
    (entry,) = logged("contact.read")
    assert (entry.user, entry.object_id) == (person, str(message.pk))


def test_list_names_in_the_log_whom_it_showed(api: ApiClient, person: User) -> None:
    messages = [make_message(subject=f"Subject {number}") for number in range(3)]
    answer = api.get(f"{LIST}?limit=2")
    assert subjects(answer) == ["Subject 1", "Subject 2"]
    assert answer.json()["meta"] == {"total_count": 3}
    (entry,) = logged("contact.list")
    assert entry.user == person
    assert set(entry.data["ids"]) == {str(message.pk) for message in messages[1:]}
    assert ContactMessage.objects.filter(first_read_at=None).count() == 3


FILTERS = [
    ("state=spam", ["Pills"]),
    ("state=new&state=spam", ["Café", "Pills"]),
    ("search=cafe", ["Café"]),
    ("since=2026-01-01T00:00:00Z", ["Café", "Pills"]),
    ("until=2026-01-01", []),
    ("assignee=999999", []),
]


@pytest.mark.parametrize(("query", "expected"), FILTERS)
def test_list_is_filtered(api: ApiClient, query: str, expected: list[str]) -> None:
    make_message(subject="Café")
    make_message(subject="Pills", state="spam", suspicion="honeypot")
    assert subjects(api.get(f"{LIST}?{query}")) == expected


def test_list_costs_no_more_for_more_messages(
    api: ApiClient, person: User, django_assert_num_queries: Any
) -> None:
    counts = []
    for _ in range(2):
        for _number in range(5):
            make_message(assignee=person)
        with django_assert_num_queries(11, exact=False) as queries:
            api.get(LIST)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_state_is_changed_by_whoever_has_read_the_last_one(api: ApiClient) -> None:
    message = make_message()
    read = api.get(detail(message))
    state = {"If-Match": read["ETag"]}
    answer = patch(api, message, {**read.json(), "state": "answered"}, **state)
    assert (answer.status_code, answer.json()["state"]) == (200, "answered")
    assert own_data(logged("contact.state")[0]) == {"from": "new", "to": "answered"}
    late = patch(api, message, {"state": "spam"}, **state)
    assert_problem(late, 412)
    assert_problem(api.delete(detail(message), headers=state), 412)
    assert ContactMessage.objects.get().state == "answered"


def test_item_of_the_list_may_be_sent_back_although_it_was_read_since(api: ApiClient) -> None:
    message = make_message()
    (item,) = api.get(LIST).json()["items"]
    assert item["is_unread"]
    api.get(detail(message))
    assert patch(api, message, {**item, "state": "answered"}).status_code == 200


def test_all_that_is_wrong_with_a_change_is_said(api: ApiClient) -> None:
    message = make_message()
    wrong = {"state": "read", "name": "Eve", "nothing": 1}
    problem = assert_problem(patch(api, message, wrong), 400)
    assert {(error["pointer"], error["code"]) for error in problem["errors"]} == {
        ("/state", "invalid_choice"),
        ("/name", "read_only"),
        ("/nothing", "unknown"),
    }
    for body in ("[]", '"new"', "null"):
        assert_problem(patch(api, message, body), 400)
    assert_problem(api.put(detail(message), {}, content_type="application/json"), 405)


def test_erased_message_is_gone_and_the_log_says_so(api: ApiClient) -> None:
    message = make_message()
    assert api.delete(detail(message)).status_code == 204
    assert not ContactMessage.objects.exists()
    assert len(logged("contact.erase")) == 1
    assert_problem(api.get(detail(message)), 404)
    assert_problem(api.get(f"{LIST}abc/"), 404)


@pytest.mark.parametrize(
    ("rights", "statuses"),
    [
        ([], [403, 403, 403, 403]),
        (["view_contactmessage"], [200, 200, 403, 403]),
        (["change_contactmessage"], [200, 200, 200, 403]),
        (["delete_contactmessage"], [200, 200, 403, 204]),
    ],
    ids=["none", "view", "change", "delete"],
)
def test_rights_are_the_admins(rights: list[str], statuses: list[int]) -> None:
    user = make_user("Moderators")
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    message, api = make_message(), api_client_of(user)
    answers = [
        api.get(LIST),
        api.get(detail(message)),
        patch(api, message, {"state": "spam"}),
        api.delete(detail(message)),
    ]
    assert [answer.status_code for answer in answers] == statuses
    assert bool(logged("contact.read")) is (200 in statuses)
    assert_problem(ApiClient().get(LIST), 401)
