"""`POST /api/contact` as any client may call it."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from cms.text_rules import validate_text
from integrations.contact.models import ContactMessage, ContactSettings
from integrations.mail.models import OutgoingMail
from tests.integrations.contact.conftest import MESSAGE, post
from tests.problems import assert_problem

pytestmark = pytest.mark.django_db

FRONTEND = "http://localhost:3000"


def pointers(answer: Any) -> list[str]:
    return [error["pointer"] for error in answer.json()["errors"]]


def test_message_is_stored_as_written_and_told_to_the_staff(
    contact_settings: ContactSettings,
) -> None:
    text = "  <b>{{ 7*7 }}</b>\n=1+1; '); DROP TABLE x;--\t\u202etxt.exe 👩‍💻\n"
    body = {**MESSAGE, "message": text, "subject": "Coffee", "locale": "es", "consent": True}
    answer = post({**body, "website": ""})
    assert answer.status_code == 201
    stored = ContactMessage.objects.get()
    assert answer.json() == {"id": str(stored.pk), "received_at": answer.json()["received_at"]}
    assert answer["Cache-Control"] == "no-store"
    assert (stored.message, stored.email) == (text, "Ana@Example.org")
    assert (stored.canonical_email, stored.locale) == ("ana@example.org", "es")
    assert (stored.state, stored.has_consented, stored.source) == ("new", True, "api")
    mail = OutgoingMail.objects.get()
    assert (mail.recipient, mail.reply_to) == ("team@example.org", "Ana@example.org")
    assert "Ana" not in mail.subject
    assert "<b>{{ 7*7 }}</b>" in mail.text_body
    assert "&lt;b&gt;{{ 7*7 }}&lt;/b&gt;" in mail.html_body
    assert str(stored.pk) in mail.text_body


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"name": ""}, "/name"),
        ({"name": "Ana\r\nBcc: x@example.org"}, "/name"),
        ({"name": "Ana\u202e"}, "/name"),
        ({"name": "Ana\u200b"}, "/name"),
        ({"name": "x" * 201}, "/name"),
        ({"email": "ana"}, "/email"),
        ({"email": "a@example.org, b@example.org"}, "/email"),
        ({"email": "Ana <ana@example.org>"}, "/email"),
        ({"email": "ana@[127.0.0.1]"}, "/email"),
        ({"email": "ana@localhost"}, "/email"),
        ({"email": "ana@example.org\u200b"}, "/email"),
        ({"email": f"{'a' * 65}@example.org"}, "/email"),
        ({"email": "a" * 10_000 + "@example.org"}, "/email"),
        ({"subject": "Hi\u2028there"}, "/subject"),
        ({"message": " \n "}, "/message"),
        ({"message": "x" * 5001}, "/message"),
        ({"message": "bell\x07"}, "/message"),
        ({"message": "nul\x00"}, "/message"),
        ({"message": ["a"]}, "/message"),
        ({"locale": "fr"}, "/locale"),
        ({"locale": []}, "/locale"),
        ({"locale": {}}, "/locale"),
        ({"consent": "perhaps"}, "/consent"),
    ],
    ids=str,
)
def test_what_is_wrong_is_named_and_nothing_is_stored(changes: dict[str, Any], wrong: str) -> None:
    answer = post({**MESSAGE, **changes})
    assert_problem(answer, 400)
    assert set(pointers(answer)) == {wrong}
    assert not ContactMessage.objects.exists()


def test_all_problems_come_at_once_in_the_visitors_language() -> None:
    answer = post({"locale": "es"})
    assert pointers(answer) == ["/name", "/email", "/message"]
    assert answer.json()["errors"][0]["message"] == "Este campo es obligatorio."


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b"null", 400),
        (b"{", 400),
        (b'{"name": NaN}', 400),
        (b'{"name": "a", "name": "b"}', 400),
        (b'\xef\xbb\xbf{"name": "a"}', 400),
        ('{"name": "a"}'.encode("utf-16"), 400),
        (b'{"name": "\\ud800"}', 400),
        (b"[" * 100 + b"]" * 100, 400),
        (b'{"message": "' + b"x" * 70_000 + b'"}', 413),
        (b'"' + b'\\"' * 30_000, 400),
    ],
    ids=range(12),
)
def test_what_is_no_json_object_is_refused(body: bytes, status: int) -> None:
    assert_problem(post(body), status)


def test_other_content_types_are_refused() -> None:
    form = Client().post("/api/contact", MESSAGE)
    assert_problem(form, 415)
    text = json.dumps(MESSAGE)
    latin = Client().post("/api/contact", text, content_type="application/json; charset=latin-1")
    assert_problem(latin, 415)
    utf8 = Client().post("/api/contact/", text, content_type="application/json; charset=UTF-8")
    assert utf8.status_code == 201


def is_text(text: str) -> bool:
    try:
        validate_text(text)
    except ValidationError:
        return False
    return True


def test_naughty_strings_come_back_as_they_were_or_are_refused(shared_data: Path) -> None:
    corpus = json.loads((shared_data / "strings" / "blns.json").read_text())
    accepted = [text for text in corpus if is_text(text)]
    refused = [text for text in corpus if not is_text(text)]
    assert (len(accepted) > 400, len(refused) > 0) == (True, True)
    # Many in one message: what is of interest is each string, not each request.
    messages = ["\n".join(accepted[start : start + 20]) for start in range(0, len(accepted), 20)]
    for number, text in enumerate(messages):
        client = Client(REMOTE_ADDR=f"198.51.100.{number}")
        answer = post({**MESSAGE, "message": text}, client=client)
        assert answer.status_code == 201, text
        assert ContactMessage.objects.get(pk=answer.json()["id"]).message == text
    for text in refused:
        assert_problem(post({**MESSAGE, "message": text}), 400)


def test_filled_honeypot_gets_the_ordinary_answer_and_is_kept_as_spam(
    contact_settings: ContactSettings,
) -> None:
    contact_settings.sends_acknowledgement = True
    contact_settings.save()
    for _ in range(5):
        answer = post({**MESSAGE, "website": "https://spam.example"})
        assert answer.status_code == 201
        assert set(answer.json()) == {"id", "received_at"}
    kept = ContactMessage.objects.filter(state="spam", suspicion="honeypot")
    assert kept.count() == 5
    assert not OutgoingMail.objects.exists()
    assert post(MESSAGE).status_code == 201


def test_recipient_without_a_valid_address_costs_no_message(
    contact_settings: ContactSettings, caplog: pytest.LogCaptureFixture
) -> None:
    ContactSettings.objects.update(recipients="nobody\nteam@example.org")
    assert post(MESSAGE).status_code == 201
    assert OutgoingMail.objects.get().recipient == "team@example.org"
    assert any(record.levelno == logging.ERROR for record in caplog.records)


def test_acknowledgement_is_off_by_itself(contact_settings: ContactSettings) -> None:
    post(MESSAGE)
    assert [mail.recipient for mail in OutgoingMail.objects.all()] == ["team@example.org"]


def test_acknowledgement_goes_to_an_address_once_a_day_without_the_visitors_words(
    contact_settings: ContactSettings,
) -> None:
    contact_settings.sends_acknowledgement = True
    contact_settings.save()
    for address in ("ana@example.org", "ANA@EXAMPLE.ORG"):
        body = {**MESSAGE, "email": address, "message": "Buy pills", "locale": "es"}
        assert post(body).status_code == 201
    mail = OutgoingMail.objects.get(template="contact_acknowledgement")
    assert mail.recipient == "ana@example.org"
    assert mail.language == "es"
    for words in ("Buy pills", "Ana Solís"):
        assert words not in mail.subject + mail.text_body + mail.html_body


def test_acknowledgements_to_all_addresses_together_are_few(
    contact_settings: ContactSettings,
) -> None:
    contact_settings.sends_acknowledgement = True
    contact_settings.save()
    for number in range(33):
        client = Client(REMOTE_ADDR=f"198.51.100.{number}")
        body = {**MESSAGE, "email": f"victim{number}@example.org"}
        assert post(body, client=client).status_code == 201
    assert OutgoingMail.objects.filter(template="contact_acknowledgement").count() == 30


def test_only_frontends_may_read_the_answer() -> None:
    allowed = post(MESSAGE, Origin=FRONTEND)
    assert allowed["Access-Control-Allow-Origin"] == FRONTEND
    assert "Access-Control-Allow-Credentials" not in allowed
    refused = post(MESSAGE, Origin=f"{FRONTEND}.evil.example")
    assert "Access-Control-Allow-Origin" not in refused
    preflight = Client().options(
        "/api/contact",
        headers={
            "Origin": FRONTEND,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type,idempotency-key",
        },
    )
    assert "idempotency-key" in preflight["Access-Control-Allow-Headers"]


def test_other_methods_are_not_there() -> None:
    answer = Client().get("/api/contact")
    assert_problem(answer, 405)
    assert "POST" in answer["Allow"]


def test_no_address_and_no_word_of_a_message_is_in_the_log(
    contact_settings: ContactSettings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    post(MESSAGE)
    post({**MESSAGE, "email": "not an address"})
    logged = "\n".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    ours = "\n".join(line for line in logged.splitlines() if "django.db.backends" not in line)
    for secret in ("Ana@", "ana@example", "coffee", "not an address"):
        assert secret not in ours


@pytest.mark.parametrize(
    ("email", "is_held"),
    [
        ("ana@mailinator.com", True),
        ("ana@new.Mailinator.com", True),
        ("Eve@example.org", True),
        ("ana@bücher.example", True),
        ("ana@notmailinator.com", False),
        ("ana@example.org", False),
    ],
)
def test_messages_of_held_senders_are_kept_for_review(
    contact_settings: ContactSettings, email: str, *, is_held: bool
) -> None:
    contact_settings.held_senders = "mailinator.com\neve@example.org\nxn--bcher-kva.example"
    contact_settings.save()
    assert post({**MESSAGE, "email": email}).status_code == 201
    message = ContactMessage.objects.get()
    expected = ("spam", "sender") if is_held else ("new", "")
    assert (message.state, message.suspicion) == expected
    assert OutgoingMail.objects.exists() is not is_held
