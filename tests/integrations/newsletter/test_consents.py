"""What a link confirms, what the ledger quotes, and who speaks for an address."""

import pytest
from django.test import Client
from wagtail.models import ModelLogEntry, Site

from cms.models import User
from content.models import SiteSettings
from integrations.mail.services import allow_address
from integrations.newsletter import list_services, services, wording
from integrations.newsletter.models import Confirmation, ConsentEntry, Subscriber
from integrations.newsletter.states import ConsentKind, ImportResult, Route, State
from tests.integrations.newsletter.conftest import (
    evidence,
    forget_limits,
    mails,
    post,
    subscribe,
    subscriber_in,
    token_in,
    work,
)

pytestmark = pytest.mark.django_db


def test_link_confirms_what_its_own_mail_was_about() -> None:
    """Not what a stranger has typed in since, nor a sentence that was changed since."""
    subscribe(name="Ana")
    (mail,) = mails()
    read = Confirmation.objects.get().wording
    assert read in mail.text_body
    forget_limits()
    subscribe(name="Win $1000 at evil.example", locale="es")
    site = Site.objects.get(is_default_site=True)
    SiteSettings.objects.update_or_create(site=site, defaults={"name": "Another name"})
    assert wording.consent_text("en") != read
    confirmed = services.confirm(token=token_in(mail), route=Route.API)
    assert (confirmed.name, confirmed.locale) == ("Ana", "en")
    agreed = ConsentEntry.objects.get(kind=ConsentKind.CONFIRMED)
    assert (agreed.wording, agreed.wording_version, agreed.locale) == (read, "2026-11", "en")


def test_ledger_quotes_no_sentence_that_nobody_may_have_read() -> None:
    post("/api/subscribe", {"email": "api@example.org"})
    Client().post("/forms/subscribe/", {"email": "page@example.org"})
    work()
    wordings = dict(ConsentEntry.objects.values_list("subscriber__email", "wording"))
    assert wordings == {"api@example.org": "", "page@example.org": wording.consent_text("en")}


def test_import_takes_nothing_from_whoever_typed_the_address_in() -> None:
    subscribe(name="Eve was here", locale="es", evidence=evidence(source="footer"))
    assert (
        list_services.import_subscriber(
            email="ana@example.org", name="Ana Solis", locale="en", consent_source="on paper"
        )
        == ImportResult.ADDED
    )
    subscriber = Subscriber.objects.get()
    found = (subscriber.state, subscriber.name, subscriber.locale, subscriber.source)
    assert found == (State.CONFIRMED, "Ana Solis", "en", "")


@pytest.mark.parametrize("state", [State.BOUNCED, State.COMPLAINED])
def test_who_is_allowed_mail_again_at_a_mail_can_subscribe_again(state: State) -> None:
    subscriber_in(state)
    user = User.objects.create_superuser("root", "root@example.org", "x")
    assert allow_address(mail=mails()[0], user=user)
    assert Subscriber.objects.get().state == State.UNSUBSCRIBED
    assert ConsentEntry.objects.last().kind == ConsentKind.RELEASED
    entry = ModelLogEntry.objects.get(action="newsletter.state")
    assert (entry.user, entry.data["to"]) == (user, State.UNSUBSCRIBED)
    assert subscribe() is not None
    assert Subscriber.objects.get().state == State.PENDING
