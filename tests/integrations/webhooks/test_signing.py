"""Secrets and signatures, judged by the reference library of Standard Webhooks."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.test import override_settings
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from integrations.webhooks import signing

BODY = '{"type":"page.published","data":{"paths":["/café/"]}}'.encode()


def headers(*secrets: str, sent_at: datetime | None = None) -> dict[str, str]:
    return signing.signed_headers(
        webhook_id="msg_1", sent_at=sent_at or datetime.now(UTC), body=BODY, secrets=secrets
    )


def test_secret_has_the_standard_form() -> None:
    secret = signing.new_secret()
    assert secret.startswith("whsec_")
    assert 24 <= len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) <= 64
    assert signing.new_secret() != secret


def test_reference_library_verifies_the_signature() -> None:
    secret = signing.new_secret()
    assert Webhook(secret).verify(BODY, headers(secret))


def test_both_secrets_verify_during_a_change() -> None:
    new, former = signing.new_secret(), signing.new_secret()
    signed = headers(new, former)
    assert Webhook(new).verify(BODY, signed)
    assert Webhook(former).verify(BODY, signed)
    assert signed["webhook-signature"].count("v1,") == 2


def test_other_secret_other_body_and_old_timestamp_do_not_verify() -> None:
    secret = signing.new_secret()
    for webhook, body, signed in (
        (Webhook(signing.new_secret()), BODY, headers(secret)),
        (Webhook(secret), BODY + b" ", headers(secret)),
        (Webhook(secret), BODY, headers(secret, sent_at=datetime.now(UTC) - timedelta(minutes=6))),
        (Webhook(secret), BODY, {**headers(secret), "webhook-id": "msg_2"}),
    ):
        with pytest.raises(WebhookVerificationError):
            webhook.verify(body, signed)


def test_stored_secret_is_encrypted_and_comes_back() -> None:
    secret = signing.new_secret()
    stored = signing.encrypt(secret)
    assert secret.removeprefix("whsec_") not in stored
    assert signing.decrypt(stored) == secret


def test_former_secret_key_still_reads_and_a_foreign_one_does_not() -> None:
    stored = signing.encrypt("whsec_abcd")
    former = settings.SECRET_KEY
    with override_settings(SECRET_KEY="x" * 50, SECRET_KEY_FALLBACKS=[former]):
        assert signing.decrypt(stored) == "whsec_abcd"
    with override_settings(SECRET_KEY="x" * 50), pytest.raises(signing.UnreadableSecretError):
        signing.decrypt(stored)
