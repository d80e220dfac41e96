"""What we send is what SendGrid's own description of its API and Mailgun's recordings ask for."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from integrations.mail.delivery import deliver
from integrations.mail.models import Attempt, OutgoingMail
from integrations.mail.outbox import Content, File, enqueue
from integrations.mail.progress import AttemptResult, MailStatus
from integrations.mail.services import parse_address
from tests.integrations.mail.conftest import attempt, choose
from tests.integrations.mail.providers import Provider, form_of, json_of, mailgun, sendgrid
from tests.integrations.webhooks.receiver import Behaviour, Received, answer

pytestmark = pytest.mark.django_db

# Mailgun's parameters of a message; recordings name some, its documentation the rest.
_MAILGUN_FIELD = re.compile(r"(from|to|cc|bcc|subject|text|html|attachment|[ohv]:[\w-]+)")


def full_mail() -> OutgoingMail:
    """Everything that a mail can have."""
    return enqueue(
        recipient=parse_address("Ana+News@bücher.example"),
        recipient_name="Ana María, Rojas <x>",
        reply_to=parse_address("luis@example.org"),
        content=Content(
            subject="¡Hola! \r\nBcc: eva@example.org",
            text="Text ñ",
            html="<p>HTML ñ</p>",
            files=(File("plan ñ.csv", "text/csv", b"a,b\r\n"),),
        ),
        headers={
            "List-Unsubscribe": "<https://cms.example.org/newsletter/unsubscribe/x>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


@pytest.fixture
def described_sendgrid(shared_data: Path, settings: Any) -> Iterator[Provider]:
    """Refuses whatever SendGrid's description of ``POST /v3/mail/send`` does not allow."""
    path = shared_data / "mail" / "sendgrid-openapi" / "tsg_mail_v3.json"
    description = json.loads(path.read_text())
    content = "#/components/requestBodies/PostMailSend/content/application~1json/schema"
    validator = Draft202012Validator({"$ref": content, "components": description["components"]})

    def check(request: Received) -> str | None:
        error = next(validator.iter_errors(json_of(request)), None)
        return error and f"{error.json_path}: {error.message}"

    with sendgrid(check) as provider:
        choose(settings, provider, "sendgrid")
        yield provider


def test_sendgrid_is_sent_what_it_describes(described_sendgrid: Provider) -> None:
    mail = attempt(full_mail())

    assert described_sendgrid.refused == []
    assert mail.status == MailStatus.SENT
    sent = json_of(described_sendgrid.accepted[0])
    (recipients,) = sent["personalizations"]
    (recipient,) = recipients["to"]
    assert recipient["email"] == "Ana+News@xn--bcher-kva.example"
    assert "cc" not in recipients
    assert "bcc" not in recipients
    assert sent["subject"] == "¡Hola! Bcc: eva@example.org"
    assert sent["reply_to_list"] == [{"email": "luis@example.org"}]
    assert sent["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sent["headers"]["Message-ID"] == mail.message_id
    assert recipients["custom_args"]["lab_cms_mail"] == mail.message_id.strip("<>")
    # Who has left a list at SendGrid still gets the mail to come back, or to reset a password.
    assert sent["mail_settings"] == {"bypass_unsubscribe_management": {"enable": True}}
    assert [part["type"] for part in sent["content"]] == ["text/plain", "text/html"]
    assert sent["attachments"][0]["filename"] == "plan ñ.csv"


def test_description_of_sendgrid_refuses_what_is_wrong(described_sendgrid: Provider) -> None:
    assert described_sendgrid.check(Received("/v3/mail/send", _JSON, b'{"subject": 1}')) is not None
    assert described_sendgrid.check(Received("/v3/mail/send", _JSON, b"{}")) is not None


_JSON = {"content-type": "application/json"}


@pytest.fixture
def recorded_mailgun(shared_data: Path, settings: Any) -> Iterator[tuple[Provider, list[Any]]]:
    """Answers as recorded; refuses fields that Mailgun does not have, and the lack of one it needs.

    Also the recorded refusals of ``POST /v3/DOMAIN/messages``.
    """
    recordings = json.loads((shared_data / "mail" / "mailgun-recorded-api.json").read_text())
    messages = [each for each in recordings if each["request"]["url"].endswith("/messages")]

    def check(request: Received) -> str | None:
        fields = form_of(request)
        unknown = [name for name in fields if not _MAILGUN_FIELD.fullmatch(name)]
        missing = {"from", "to", "subject"} - fields.keys()
        several = [name for name in ("from", "to", "subject") if len(fields.get(name, [])) > 1]
        return f"{unknown} {missing} {several}" if unknown or missing or several else None

    with mailgun(check) as provider:
        choose(settings, provider, "mailgun", MAILGUN_SENDER_DOMAIN="example.org")
        yield provider, [each["response"] for each in messages]


def replay(recorded: dict[str, Any]) -> Behaviour:
    if "json" in recorded:
        return answer(recorded["status"], json.dumps(recorded["json"]).encode())
    return answer(recorded["status"], recorded.get("text", "").encode())


def test_mailgun_is_sent_what_it_takes(recorded_mailgun: tuple[Provider, list[Any]]) -> None:
    provider, _recorded = recorded_mailgun
    mail = attempt(full_mail())

    assert provider.refused == []
    assert mail.status == MailStatus.SENT
    fields = form_of(provider.accepted[0])
    assert fields["to"][0].endswith("<Ana+News@xn--bcher-kva.example>")
    assert fields["to"][0].count("@") == 1
    assert fields["subject"] == ["¡Hola! Bcc: eva@example.org"]
    assert fields["h:Reply-To"] == ["luis@example.org"]
    assert fields["h:List-Unsubscribe-Post"] == ["List-Unsubscribe=One-Click"]
    assert fields["v:lab_cms_mail"] == [mail.message_id.strip("<>")]
    assert (fields["o:tracking-opens"], fields["o:tracking-clicks"]) == (["no"], ["no"])
    assert "attachment" in fields


MEANING = {
    200: AttemptResult.SENT,
    400: AttemptResult.REJECTED,
    401: AttemptResult.REFUSED,
    403: AttemptResult.REFUSED,
    404: AttemptResult.REFUSED,
}


def test_recorded_answers_of_mailgun_are_understood(
    recorded_mailgun: tuple[Provider, list[Any]],
) -> None:
    provider, recorded = recorded_mailgun
    statuses = {each["status"] for each in recorded}
    assert statuses == set(MEANING)
    for each in recorded:
        provider.fail(replay(each))
        mail = full_mail()
        claimed = OutgoingMail.probes.claim(row_id=mail.pk, job_id=None)
        deliver(claimed)
        made = Attempt.objects.get(mail=mail)
        assert (made.status, made.result) == (each["status"], MEANING[each["status"]])
        mail.refresh_from_db()
        assert mail.provider_message_id == (each.get("json") or {}).get("id", "")
