"""What providers tell about mails: believed only if signed, once, and never backwards."""

import base64
import json
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client

from integrations.mail import suppressions
from integrations.mail.delivery import deliver
from integrations.mail.models import DeliveryEvent, OutgoingMail, Suppression
from integrations.mail.progress import MailStatus
from integrations.mail.providers import sendgrid
from integrations.mail.providers.base import BadSignatureError
from integrations.mail.signals import address_told
from tests.integrations.mail.conftest import MAILGUN_KEY, Post, attempt, queue, told
from tests.integrations.mail.providers import Provider
from tests.integrations.webhooks.receiver import answer
from tests.problems import assert_problem

pytestmark = pytest.mark.django_db


def status(mail: OutgoingMail) -> MailStatus:
    return OutgoingMail.objects.get(pk=mail.pk).status


def test_events_move_the_mail_on(sendgrid_events: Post, sent: OutgoingMail) -> None:
    response = sendgrid_events([told(sent, "processed"), told(sent, "deferred")])
    assert (response.status_code, response.json()) == (200, {"recorded": 2})
    assert response["Cache-Control"] == "no-store"
    assert status(sent) == MailStatus.DEFERRED
    sendgrid_events([told(sent, "delivered")])
    assert status(sent) == MailStatus.DELIVERED


def test_mailgun_knows_the_mail_by_its_own_id_or_ours(
    mailgun_events: Post, mailgun_server: Provider
) -> None:
    mails = [attempt(queue(f"person{number}@example.org")) for number in range(3)]
    names = [
        {"user-variables": {"lab_cms_mail": mails[0].message_id.strip("<>")}},
        {"message": {"headers": {"message-id": mails[1].message_id.strip("<>")}}},
        {"message": {"headers": {"message-id": mails[2].provider_message_id.strip("<>")}}},
    ]
    for name in names:
        assert mailgun_events({"event": "delivered", **name}).status_code == 200
    assert {status(mail) for mail in mails} == {MailStatus.DELIVERED}


def test_repeated_events_count_once(sendgrid_events: Post, mailgun_events: Post) -> None:
    event = told(queue(), "delivered")
    counts = [sendgrid_events([event]).json()["recorded"] for _ in range(5)]
    assert counts == [1, 0, 0, 0, 0]
    answers = [mailgun_events({"event": "delivered"}, token="t" * 50) for _ in range(3)]
    assert [each.json()["recorded"] for each in answers] == [1, 0, 0]
    assert DeliveryEvent.objects.count() == 2


def test_order_does_not_matter(sendgrid_events: Post, sendgrid_server: Provider) -> None:
    names = ("delivered", "processed", "deferred", "spamreport")
    for number, order in enumerate(permutations(names)):
        mail = queue(f"person{number}@example.org")
        OutgoingMail.objects.filter(pk=mail.pk).update(progress="sent")
        for name in order:
            sendgrid_events([told(mail, name)])
        mail.refresh_from_db()
        assert mail.progress == "complained", order


def test_late_delivery_does_not_undo_a_bounce(sendgrid_events: Post, sent: OutgoingMail) -> None:
    sendgrid_events([told(sent, "bounce", type="bounce", status="5.1.1")])
    sendgrid_events([told(sent, "delivered"), told(sent, "deferred")])
    assert status(sent) == MailStatus.BOUNCED


def test_event_proves_that_a_mail_left_whose_answer_got_lost(
    sendgrid_events: Post, sendgrid_server: Provider
) -> None:
    sendgrid_server.fail(answer(502, b""))
    mail = attempt(queue())
    sendgrid_events([told(mail, "delivered")])
    claimed = OutgoingMail.probes.claim(row_id=mail.pk, job_id=None)
    assert deliver(claimed) is None
    assert status(mail) == MailStatus.DELIVERED
    assert sendgrid_server.accepted == []


def test_event_revives_a_mail_that_was_given_up(
    sendgrid_events: Post, sendgrid_server: Provider
) -> None:
    sendgrid_server.fail(answer(400, b""))
    mail = attempt(queue())
    assert status(mail) == MailStatus.FAILED
    sendgrid_events([told(mail, "delivered")])
    assert status(mail) == MailStatus.DELIVERED


SUPPRESSING = {
    "bounce": {"type": "bounce", "status": "5.1.1"},
    "spamreport": {},
    "dropped": {"reason": "Bounced Address"},
}


@pytest.mark.parametrize("event", list(SUPPRESSING))
def test_hard_bounce_and_complaint_suppress_the_address_for_good(
    sendgrid_events: Post, sendgrid_server: Provider, sent: OutgoingMail, event: str
) -> None:
    sendgrid_events([told(sent, event, **SUPPRESSING[event])])

    other = attempt(queue("Ana@EXAMPLE.org"))
    assert other.status == MailStatus.CANCELLED
    assert other.is_suppressed
    assert len(sendgrid_server.accepted) == 1
    assert attempt(queue("luis@example.org")).status == MailStatus.SENT
    assert "ana" not in str(Suppression.objects.values_list())


NOT_SUPPRESSING = {
    "bounce": {"type": "blocked", "reason": "550 5.7.1 Spam"},
    "dropped": {"reason": "Spam Content"},
    "deferred": {},
    "unsubscribe": {},
    "open": {},
}


@pytest.mark.parametrize("event", list(NOT_SUPPRESSING))
def test_other_trouble_suppresses_nothing(
    sendgrid_events: Post, sendgrid_server: Provider, sent: OutgoingMail, event: str
) -> None:
    sendgrid_events([told(sent, event, **NOT_SUPPRESSING[event])])
    assert attempt(queue()).status == MailStatus.SENT


def test_other_apps_hear_of_addresses(sendgrid_events: Post, sent: OutgoingMail) -> None:
    heard: list[tuple[str, str]] = []

    def hear(canonical_address: str, kind: str, **_others: object) -> None:
        heard.append((canonical_address, kind))

    address_told.connect(hear)
    try:
        sendgrid_events([told(sent, "unsubscribe"), told(sent, "spamreport"), told(sent, "open")])
    finally:
        address_told.disconnect(hear)
    assert heard == [("ana@example.org", "unsubscribed"), ("ana@example.org", "complained")]


FORGED = {
    "no signature": {"signature": ""},
    "wrong signature": {"signature": "0" * 64},
    "another token": {"token": "x" * 50, "signature": "0" * 64},
    "letters that are none": {"signature": "ñ" * 64},
}


@pytest.mark.parametrize("name", list(FORGED))
def test_mailgun_without_a_good_signature_is_refused(
    mailgun_events: Post, sent: OutgoingMail, name: str
) -> None:
    values = {"event": "complained", "recipient": "ana@example.org"}
    assert_problem(mailgun_events(values, **FORGED[name]), 403)
    assert not DeliveryEvent.objects.exists()
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("age", [6 * 60, -6 * 60])
def test_old_and_future_events_are_refused(
    mailgun_events: Post, sendgrid_events: Post, age: float
) -> None:
    assert_problem(mailgun_events({"event": "delivered"}, age=age), 403)
    assert_problem(sendgrid_events([], age=age), 403)
    assert not DeliveryEvent.objects.exists()


def test_sendgrid_with_another_body_or_key_is_refused(
    sendgrid_events: Post, settings: Any, client: Client
) -> None:
    assert_problem(sendgrid_events([], body=b'[{"event": "spamreport"}]'), 403)
    assert_problem(
        client.post("/api/email/events/sendgrid", "[]", content_type="application/json"), 403
    )
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    der = other.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    settings.SENDGRID_WEBHOOK_KEY = base64.b64encode(der).decode()
    assert_problem(sendgrid_events([]), 403)


def test_without_a_key_there_is_no_route(client: Client) -> None:
    for provider in ("sendgrid", "mailgun", "pigeon"):
        url = f"/api/email/events/{provider}"
        assert_problem(client.post(url, "[]", content_type="application/json"), 404)


MALFORMED = [b" ", b"{", b"\xff", b'"x"', b"[1]", b"[" * 100_000, b"null"]


@pytest.mark.parametrize("number", range(len(MALFORMED)))
def test_malformed_events_are_400_or_403_and_nothing_is_stored(
    client: Client, settings: Any, sendgrid_events: Post, number: int
) -> None:
    settings.MAILGUN_WEBHOOK_SIGNING_KEY = MAILGUN_KEY
    response = client.post(
        "/api/email/events/mailgun", MALFORMED[number], content_type="application/json"
    )
    assert_problem(response, 400)
    assert not DeliveryEvent.objects.exists()


@pytest.mark.parametrize("events", [None, {}, [1], "x", [[]]], ids=str)
def test_signed_nonsense_is_400(sendgrid_events: Post, events: object) -> None:
    assert_problem(sendgrid_events(events), 400)


def test_other_types_and_methods_are_refused(client: Client, mailgun_events: Post) -> None:
    url = "/api/email/events/mailgun"
    assert_problem(client.post(url, {"a": "b"}), 415)
    assert_problem(client.get(url), 405)
    assert client.post(f"{url}/", "{", content_type="application/json").status_code == 400


STRANGE = [
    {"event": "delivered", "email": None, "timestamp": "tomorrow", "sg_event_id": ["x"]},
    {"event": "bounce", "type": "bounce", "email": "nobody\x00@x", "reason": "a\x00b" * 999},
    {"event": "spamreport", "email": "a@example.org, b@example.org", "timestamp": 1e300},
    {"event": "delivered", "smtp-id": "<" * 9999},
    {"event": {"deep": []}},
    {},
]


def test_strange_values_are_taken_and_change_nothing(sendgrid_events: Post) -> None:
    assert sendgrid_events(STRANGE).status_code == 200
    assert not Suppression.objects.exists()


def test_vendors_vector_of_a_true_signature(shared_data: Path) -> None:
    vector = json.loads((shared_data / "mail" / "sendgrid-signed-webhook-vector.json").read_text())
    good = {
        "body": vector["raw_body"].encode(),
        "timestamp": vector[f"header {sendgrid.TIMESTAMP_HEADER}"],
        "signature": vector[f"header {sendgrid.SIGNATURE_HEADER}"],
        "key": vector["public_key_base64_der"],
    }
    sendgrid.verify_signature(**good)
    for change in (
        {"body": good["body"] + b" "},
        {"timestamp": "1600112503"},
        {"signature": vector["wrong_signature"]},
        {"key": vector["wrong_public_key"]},
        {"key": "x"},
        {"signature": ""},
    ):
        with pytest.raises(BadSignatureError):
            sendgrid.verify_signature(**{**good, **change})


def test_recorded_events_of_sendgrid_are_understood(
    shared_data: Path, sendgrid_events: Post
) -> None:
    cases = json.loads((shared_data / "mail" / "sendgrid-webhook-events.json").read_text())
    for case in cases:
        assert sendgrid_events(case["payload"]).status_code == 200, case["case"]
    kinds = list(DeliveryEvent.objects.order_by("pk").values_list("kind", flat=True))
    assert (
        kinds
        == [
            *("sent", "delivered", "bounced", "bounced", "unsubscribed", "bounced", "deferred"),
            "delivered",
        ][: len(kinds)]
    )
    assert len(kinds) >= 7
    for address in ("example@example.com", "noreply@example.com"):
        assert suppressions.is_suppressed(address)
    assert not suppressions.is_suppressed("recipient@example.com")


def test_recorded_events_of_mailgun_are_understood(shared_data: Path, mailgun_events: Post) -> None:
    cases = json.loads((shared_data / "mail" / "mailgun-webhook-events.json").read_text())
    new = [case for case in cases if case["wrapped_by"] == "mailgun_sign_payload"]
    for case in new:
        assert mailgun_events(case["payload"]["event-data"]).status_code == 200, case["case"]
    kinds = list(DeliveryEvent.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == [
        *("delivered", "bounced", "deferred", "deferred", "blocked", "complained"),
        *("unsubscribed", "sent"),
    ]
    assert suppressions.is_suppressed("invalid@example.com")
    assert suppressions.is_suppressed("recipient@example.com")
