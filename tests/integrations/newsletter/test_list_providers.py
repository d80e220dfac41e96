"""What we ask the lists of SendGrid and Mailgun is what they describe, and their answers are
understood by meaning, however broken.
"""

import json
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from jsonschema import Draft202012Validator

from integrations.mail.progress import AttemptResult
from integrations.newsletter import client
from integrations.newsletter.client import ProviderError
from integrations.newsletter.providers import list_provider
from integrations.newsletter.providers.base import JobState, ListProvider, Member
from tests.integrations.mail.providers import Provider, json_of
from tests.integrations.newsletter.lists import (
    LIST_ADDRESS,
    OTHER_LIST,
    MailgunMembers,
    SendGridContacts,
    choose_list,
    parts_of,
    sendgrid_list,
)
from tests.integrations.webhooks.receiver import Received, answer, drip, hang, raw, reset

ANA = Member("Ana+News@xn--bcher-kva.example", "Ana Solís", "es")
KEY = ANA.address.lower()


def chosen() -> ListProvider:
    provider = list_provider()
    assert provider is not None
    return provider


def everybody() -> dict[str, Member]:
    return {member.address: member for page in chosen().members() for member in page}


@pytest.fixture
def described(shared_data: Path, settings: Any) -> Iterator[tuple[Provider, SendGridContacts]]:
    """Refuses whatever SendGrid's own descriptions of its API do not allow.

    They have no custom fields of contacts, so those are let through.
    """
    folder = shared_data / "mail" / "sendgrid-openapi"
    names = ("tsg_mc_contacts_v3", "tsg_mc_lists_v3", "tsg_suppressions_v3")
    documents = [json.loads((folder / f"{name}.json").read_text()) for name in names]

    def check(request: Received) -> str | None:
        path, query = parts_of(request)
        if path == "/v3/marketing/field_definitions":
            return None
        for document in documents:
            for template, operations in document["paths"].items():
                if not re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), path):
                    continue
                operation = operations.get(request.method.lower())
                if operation:
                    return problem_of(document, operation, request, query)
        return f"not described: {request.method} {path}"

    with sendgrid_list(check) as (provider, contacts):
        choose_list(settings, provider, "sendgrid")
        yield provider, contacts


def problem_of(
    document: Any, operation: Any, request: Received, query: dict[str, str]
) -> str | None:
    known = [
        document["components"]["parameters"][each["$ref"].rpartition("/")[2]]
        if "$ref" in each
        else each
        for each in operation.get("parameters", ())
    ]
    unknown = query.keys() - {each["name"] for each in known if each["in"] == "query"}
    missing = {each["name"] for each in known if each.get("required")} - query.keys()
    if unknown or missing:
        return f"unknown {unknown}, missing {missing}"
    if "requestBody" not in operation:
        return "a body" if request.body else None
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    validator = Draft202012Validator({**schema, "components": document["components"]})
    error = next(validator.iter_errors(json_of(request)), None)
    return error and f"{error.json_path}: {error.message}"


def test_sendgrid_is_asked_what_it_describes(described: tuple[Provider, SendGridContacts]) -> None:
    server, contacts = described
    provider = chosen()

    assert provider.job_state(provider.put(ANA, is_news=True)) == JobState.DONE
    assert contacts.on_list() == {KEY: ("Ana Solís", "es")}
    assert [each["name"] for each in contacts.fields] == ["language"]
    contacts.unsubscribed[KEY.lower()] = 1
    provider.put(Member(ANA.address, "Ana", "en"), is_news=True)
    assert contacts.unsubscribed
    confirmed = Member(ANA.address, "Ana", "en", confirmed_at=timezone.now())
    provider.put(confirmed, is_news=True)
    assert not contacts.unsubscribed
    assert contacts.on_list() == {KEY: ("Ana", "en")}
    assert everybody() == {KEY: Member(KEY, "Ana", "en")}
    # The file is on another host, which must not see the key.
    assert [each.headers.get("authorization") for each in contacts.files.received] == [None]
    assert provider.job_state(provider.remove(ANA.address)) == JobState.DONE
    assert contacts.contacts == {}
    assert provider.remove(ANA.address) == ""
    assert server.refused == []
    assert len(contacts.fields) == 1


def test_description_of_sendgrid_refuses_what_is_wrong(
    described: tuple[Provider, SendGridContacts],
) -> None:
    server, _contacts = described
    wrong = (
        ("PUT", "/v3/marketing/contacts", b'{"list_ids": []}'),
        ("POST", "/v3/marketing/contacts/search/identifiers/email", b'{"emails": ["a@b.cr"]}'),
        ("DELETE", "/v3/marketing/lists/x/contacts", b""),
        ("GET", "/v3/marketing/nothing", b""),
    )
    for method, path, body in wrong:
        assert server.check(Received(path, {}, body, method=method)) is not None


def test_contact_of_another_list_stays_at_sendgrid(
    sendgrid: tuple[Provider, SendGridContacts],
) -> None:
    _server, contacts = sendgrid
    contacts.add("ana@example.org", "Ana", "es", OTHER_LIST)
    contacts.add("luis@example.org")
    contacts.contacts["luis@example.org"]["list_ids"] = [OTHER_LIST]
    for address in ("ana@example.org", "luis@example.org"):
        chosen().remove(address)
    assert [each["list_ids"] for each in contacts.contacts.values()] == [[OTHER_LIST]] * 2


def test_long_and_compressed_list_of_sendgrid_is_read(
    sendgrid: tuple[Provider, SendGridContacts],
) -> None:
    _server, contacts = sendgrid
    contacts.is_compressed = True
    for number in range(1200):
        contacts.add(f"person{number}@example.org", f"Person {number}", "en")
    contacts.unsubscribed = {"person7@example.org": 1}
    pages = list(chosen().members())
    assert [len(page) for page in pages] == [500, 500, 200]
    assert [m.address for page in pages for m in page if m.has_left] == ["person7@example.org"]


def test_mailgun_is_asked_what_it_takes(mailgun: tuple[Provider, MailgunMembers]) -> None:
    server, members = mailgun
    provider = chosen()

    assert provider.put(ANA, is_news=True) == ""
    assert members.on_list() == {KEY: ("Ana Solís", "es")}
    for number in range(4):
        members.add(f"person{number}@example.org", has_left=number == 2)
    found = everybody()
    assert len(found) == 5
    assert found[KEY] == Member(KEY, "Ana Solís", "es")
    assert [address for address, each in found.items() if each.has_left] == ["person2@example.org"]
    provider.remove(ANA.address)
    provider.remove(ANA.address)
    assert KEY not in members.members
    assert server.refused == []
    assert {each.path.split("/")[3] for each in server.accepted} == {LIST_ADDRESS}


def test_recorded_members_of_mailgun_are_understood(
    mailgun: tuple[Provider, MailgunMembers], shared_data: Path
) -> None:
    server, _members = mailgun
    recordings = json.loads((shared_data / "mail" / "mailgun-recorded-api.json").read_text())
    recorded = [each for each in recordings if "/members" in each["request"]["url"]]
    assert {each["request"]["method"] for each in recorded} >= {"POST", "DELETE"}
    for each in recorded:
        body = json.dumps(each["response"]["json"]).encode()
        server.fail(answer(each["response"]["status"], body))
        match each["request"]["method"]:
            case "POST":
                assert chosen().put(ANA, is_news=True) == ""
            case "DELETE":
                assert chosen().remove(ANA.address) == ""


def test_missing_list_is_the_fault_of_the_settings(
    mailgun: tuple[Provider, MailgunMembers], settings: Any
) -> None:
    settings.NEWSLETTER_LIST = {**settings.NEWSLETTER_LIST, "list_name": "gone@example.org"}
    assert meaning_of_put() == AttemptResult.REFUSED
    with pytest.raises(ProviderError) as caught:
        chosen().remove("ana@example.org")
    assert caught.value.result == AttemptResult.REFUSED


def test_missing_list_of_sendgrid_is_no_fault_of_the_contact(
    sendgrid: tuple[Provider, SendGridContacts], settings: Any
) -> None:
    assert meaning_of_put("rejected@example.org") == AttemptResult.REJECTED
    settings.NEWSLETTER_LIST = {**settings.NEWSLETTER_LIST, "list_name": OTHER_LIST}
    assert meaning_of_put() == AttemptResult.REFUSED
    with pytest.raises(ProviderError) as caught:
        chosen().remove("ana@example.org")
    assert caught.value.result == AttemptResult.REFUSED


def meaning_of_put(address: str = "ana@example.org") -> AttemptResult:
    with pytest.raises(ProviderError) as caught:
        chosen().put(Member(address, "Ana"), is_news=True)
    assert "ana@" not in str(caught.value)
    return caught.value.result


FAULTS = {
    "500": (answer(500, b"oops"), AttemptResult.TEMPORARY),
    "429": (answer(429, b"slow down"), AttemptResult.TEMPORARY),
    "408": (answer(408, b""), AttemptResult.TEMPORARY),
    "reset": (reset, AttemptResult.TEMPORARY),
    "garbage": (raw(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), AttemptResult.TEMPORARY),
    "HTML": (answer(200, b"<html>Welcome to the hotel</html>"), AttemptResult.TEMPORARY),
    "cut": (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{"), AttemptResult.TEMPORARY),
    "deep": (answer(200, b"[" * 200_000), AttemptResult.TEMPORARY),
    "huge": (answer(200, b" " * (6 * 1024 * 1024)), AttemptResult.TEMPORARY),
    "401": (answer(401, b"{}"), AttemptResult.REFUSED),
    "403": (answer(403, b"{}"), AttemptResult.REFUSED),
    "no list": (answer(404, b"{}"), AttemptResult.REFUSED),
    "redirect": (answer(302, b"", Location="http://127.0.0.1:1/"), AttemptResult.REFUSED),
    "no API": (answer(200, b"Mailgun Magnificent API"), AttemptResult.REFUSED),
    "400": (answer(400, b'{"message": "bad"}'), AttemptResult.REJECTED),
}


@pytest.mark.parametrize("name", list(FAULTS))
def test_failures_are_told_apart(mailgun: tuple[Provider, MailgunMembers], name: str) -> None:
    server, _members = mailgun
    behaviour, meaning = FAULTS[name]
    server.fail(behaviour)
    assert meaning_of_put() == meaning
    assert server.connections == 1


def test_what_the_provider_asks_for_is_heard(mailgun: tuple[Provider, MailgunMembers]) -> None:
    server, _members = mailgun
    soon = str(int(time.time()) + 600)
    resets = [answer(429, b"", X_RateLimit_Reset=each) for each in ("1", soon)]
    server.fail(answer(429, b"", Retry_After="900"), *resets)
    waits = []
    for _ in range(3):
        with pytest.raises(ProviderError) as caught:
            chosen().put(ANA, is_news=True)
        waits.append(caught.value.wait)
    assert waits[:2] == [timedelta(minutes=15), timedelta()]
    assert timedelta(minutes=9) < waits[2] <= timedelta(minutes=10)


@pytest.mark.parametrize("name", ["hangs", "drips", "drips headers"])
def test_request_ends_in_time_whatever_the_provider_does(
    mailgun: tuple[Provider, MailgunMembers], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(client, "TOTAL_SECONDS", 0.6)
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n"
    behaviours = {"hangs": hang, "drips": drip(head + b" " * 400), "drips headers": drip(head)}
    server, _members = mailgun
    server.fail(behaviours[name])
    assert meaning_of_put() == AttemptResult.TEMPORARY


def test_without_a_provider_there_is_no_list(settings: Any) -> None:
    settings.NEWSLETTER_PROVIDER = "none"
    assert list_provider() is None
