"""Links in stored mails act for their recipient, and nobody else who may look can follow them."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cms.models import User
from integrations.mail.models import Attempt, DeliveryEvent, OutgoingMail
from integrations.mail.progress import MailStatus
from integrations.newsletter.states import State
from tests.integrations.mail.conftest import (
    Post,
    attempt,
    sendgrid_events,
    sendgrid_server,
    told,
)
from tests.integrations.mail.providers import Provider
from tests.integrations.newsletter.conftest import ADDRESS, mails, post, subscriber_in, token_in
from tests.integrations.webhooks.receiver import answer

__all__ = ["sendgrid_events", "sendgrid_server"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client, site: object) -> Client:
    client.force_login(User.objects.create_superuser("root", "root@example.org", "x"))
    return client


@pytest.fixture(params=["pages", "frontend"])
def stored(request: pytest.FixtureRequest, settings: Any) -> list[OutgoingMail]:
    """One mail to confirm and one that welcomes, of somebody who is on the list."""
    settings.NEWSLETTER_LINKS = request.param
    subscriber_in(State.CONFIRMED)
    return mails()


def test_who_may_look_reads_the_mails_without_their_tokens(
    admin: Client, stored: list[OutgoingMail]
) -> None:
    personal_data = "/admin/personal-data/"
    looks = [
        admin.get(reverse("mails:index")),
        admin.get(reverse("mails:index"), {"q": ADDRESS}),
        admin.post(personal_data, {"address": ADDRESS, "find": "1"}),
        admin.post(personal_data, {"address": ADDRESS, "export": "1"}),
        *(admin.get(reverse("mails:inspect", args=[mail.pk])) for mail in stored),
    ]
    tokens = [token_in(mail) for mail in stored]
    assert len(set(tokens)) == 2
    for look in looks:
        assert look.status_code == 200
        page = look.content.decode()
        assert ADDRESS in page
        assert [token for token in tokens if token in page] == []
    assert "for their recipient only" in looks[-1].content.decode()
    assert "/newsletter/unsubscribe" in looks[-1].content.decode()


def test_mail_that_is_sent_again_has_its_links(
    admin: Client, stored: list[OutgoingMail], sendgrid_server: Provider
) -> None:
    welcome = stored[-1]
    token = token_in(welcome)
    attempt(welcome)
    admin.post(reverse("mails:act", args=[welcome.pk, "send-again"]))
    assert attempt(welcome).status == MailStatus.SENT
    assert len(sendgrid_server.accepted) == 2
    for sent in sendgrid_server.accepted:
        body = sent.body.decode()
        # Text, HTML and the header for mail programs.
        assert body.count(token) == 3
    assert post("/api/unsubscribe", {"token": token}).status_code == 200


def test_server_that_quotes_a_link_gives_nothing_away(
    stored: list[OutgoingMail], sendgrid_server: Provider, sendgrid_events: Post
) -> None:
    confirm, welcome = stored
    tokens = [token_in(mail) for mail in stored]
    said = f"Blocked because of http://localhost:8000/newsletter/confirm/{tokens[0]} in it."
    sendgrid_server.fail(answer(400, said.encode()))
    assert attempt(confirm).status == MailStatus.FAILED
    reason = f"550 see http://localhost:8000/newsletter/unsubscribe?token={tokens[1]}"
    attempt(welcome)
    sendgrid_events([told(welcome, "bounce", type="blocked", reason=reason)])
    confirm.refresh_from_db()
    (made,) = Attempt.objects.filter(mail=confirm)
    kept = (made.answer, confirm.last_error, DeliveryEvent.objects.get().detail)
    assert all("/newsletter/" in each for each in kept)
    assert [token for token in tokens if token in "".join(kept)] == []
