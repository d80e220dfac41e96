"""How a subscription comes about, ends, and what is kept of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from cms.derived_tokens import digest
from cms.models import AcceptedRequest
from integrations.mail.models import OutgoingMail, Suppression
from integrations.mail.progress import EventKind
from integrations.mail.services import is_suppressed, suppress_address
from integrations.mail.signals import address_told
from integrations.newsletter import links, list_services, services, wording
from integrations.newsletter.models import (
    Confirmation,
    ConsentEntry,
    ErasedAddress,
    SignupRequest,
    Subscriber,
)
from integrations.newsletter.retention import purge
from integrations.newsletter.signals import subscription_changed
from integrations.newsletter.states import ConsentKind, ImportResult, Route, State
from tests.integrations.newsletter.conftest import (
    ADDRESS,
    evidence,
    forget_limits,
    mails,
    subscribe,
    subscriber_in,
    token_in,
)

pytestmark = pytest.mark.django_db


def kinds() -> list[str]:
    return list(ConsentEntry.objects.order_by("pk").values_list("kind", flat=True))


def state_of(email: str = ADDRESS) -> str:
    return Subscriber.objects.get(canonical_email=email).state


def import_one(email: str = ADDRESS, **values: Any) -> ImportResult:
    return list_services.import_subscriber(
        email=email, consent_source="Paper list of 2025", locale="en", **values
    )


@pytest.mark.parametrize(
    ("given", "canonical"),
    [("Ana@Example.ORG", "ana@example.org"), ("ana@españa.es", "ana@xn--espaa-rta.es")],
)
def test_one_row_for_all_ways_to_write_an_address(given: str, canonical: str) -> None:
    subscribe(given)
    forget_limits()
    subscribe(canonical)
    assert Subscriber.objects.get().canonical_email == canonical
    with pytest.raises(IntegrityError), transaction.atomic():
        Subscriber.objects.create(email=given, canonical_email=canonical, locale="en")
    with pytest.raises(IntegrityError), transaction.atomic():
        Subscriber.objects.create(email="x", canonical_email="Eve@example.org", locale="en")


def test_confirmation_leaves_proof_and_welcomes() -> None:
    subscriber = subscribe(name="Ana Solís", evidence=evidence(source="footer", client="c" * 64))
    assert subscriber is not None
    (mail,) = mails()
    assert "Ana" not in mail.subject + mail.text_body + mail.html_body
    token = token_in(mail)
    assert Confirmation.objects.get().token_digest == digest(token)
    confirmed = services.confirm(token=token, route=Route.PAGE, client="d" * 64)
    assert (confirmed.state, confirmed.confirmed_at is not None) == (State.CONFIRMED, True)
    asked, agreed = ConsentEntry.objects.order_by("pk")
    assert (asked.kind, asked.source, asked.client) == (ConsentKind.ASKED, "footer", "c" * 64)
    assert (agreed.kind, agreed.route, agreed.client) == ("confirmed", Route.PAGE, "d" * 64)
    assert agreed.wording == wording.consent_text("en")
    assert agreed.wording in mail.text_body
    assert agreed.wording_version == wording.VERSION
    welcome = mails(template="welcome")[0]
    url = f"http://localhost:8000/newsletter/unsubscribe/{links.unsubscribe_token(confirmed)}"
    assert welcome.headers["List-Unsubscribe"] == f"<{url}>"
    assert welcome.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_wording_has_the_version_of_its_words() -> None:
    """Change the sentence: then change VERSION, and both lines here."""
    assert wording.VERSION == "2026-11"
    assert digest(wording.consent_text("en"))[:12] == "8c403ab16e68"
    assert digest(wording.consent_text("es"))[:12] == "48c1c2ca5d7a"


def test_repeated_confirmation_changes_nothing_and_revives_nobody() -> None:
    subscribe()
    token = token_in(mails()[0])
    for _ in range(2):
        assert services.confirm(token=token, route=Route.API).state == State.CONFIRMED
    assert kinds() == ["asked", "confirmed"]
    services.leave(address=ADDRESS, evidence=evidence())
    assert services.confirm(token=token, route=Route.API).state == State.UNSUBSCRIBED
    forget_limits()
    subscribe()
    assert state_of() == State.PENDING
    assert services.confirm(token=token, route=Route.API).state == State.PENDING
    assert services.confirm(token=token_in(mails()[-1]), route=Route.API).state == State.CONFIRMED


def test_link_that_was_not_used_dies_with_the_subscription() -> None:
    subscribe()
    unused = token_in(mails()[0])
    forget_limits()
    subscribe()
    services.confirm(token=token_in(mails()[1]), route=Route.API)
    assert services.confirm(token=unused, route=Route.API).state == State.CONFIRMED
    services.leave(address=ADDRESS, evidence=evidence())
    for expected in (State.UNSUBSCRIBED, State.PENDING):
        with pytest.raises(services.ExpiredTokenError):
            services.confirm(token=unused, route=Route.API)
        assert state_of() == expected
        # Asked again, perhaps by somebody else: what was mailed before still confirms nothing.
        forget_limits()
        subscribe()


def test_link_confirms_no_address_that_takes_no_mail() -> None:
    subscribe()
    suppress_address(address=ADDRESS, reason=EventKind.COMPLAINED)
    with pytest.raises(services.ExpiredTokenError):
        services.confirm(token=token_in(mails()[0]), route=Route.API)
    assert state_of() == State.PENDING


def test_link_expires_after_seven_days() -> None:
    subscribe()
    token = token_in(mails()[0])
    Confirmation.objects.update(expires_at=F("expires_at") - timedelta(days=7))
    with pytest.raises(services.ExpiredTokenError):
        services.confirm(token=token, route=Route.API)
    with pytest.raises(services.UnknownTokenError):
        services.confirm(token=f"{token}x", route=Route.API)


@pytest.mark.parametrize("state", [State.BOUNCED, State.COMPLAINED])
def test_suppressed_address_is_revived_by_nothing_but_the_staff(state: State) -> None:
    subscribe()
    forget_limits()
    subscribe()
    unused = token_in(mails()[0])
    services.confirm(token=token_in(mails()[1]), route=Route.API)
    address_told.send(None, canonical_address=ADDRESS, kind=EventKind(state.value))
    assert state_of() == state
    assert is_suppressed(ADDRESS)
    forget_limits()
    count = OutgoingMail.objects.count()
    assert subscribe() is None
    with pytest.raises(services.ExpiredTokenError):
        services.confirm(token=unused, route=Route.API)
    assert import_one() == import_one(asks_to_confirm=True) == ImportResult.SUPPRESSED
    services.leave(address=ADDRESS, evidence=evidence())
    assert (state_of(), OutgoingMail.objects.count()) == (state, count)
    subscriber = Subscriber.objects.get()
    with pytest.raises(list_services.TransitionError):
        list_services.change_state(subscribers=[subscriber], state=State.CONFIRMED, user=None)
    list_services.change_state(subscribers=[subscriber], state=State.UNSUBSCRIBED, user=None)
    assert not is_suppressed(ADDRESS)
    assert kinds()[-1] == ConsentKind.RELEASED
    assert subscribe() is not None


def test_address_that_takes_no_mail_gets_none_and_is_not_kept() -> None:
    suppress_address(address=ADDRESS, reason=EventKind.COMPLAINED)
    assert subscribe("ANA@example.org") is None
    assert import_one() == ImportResult.SUPPRESSED
    assert not Subscriber.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_complaint_comes_after_bounce_and_not_the_other_way() -> None:
    subscriber_in(State.BOUNCED)
    assert services.mark_complained(address=ADDRESS, evidence=evidence(Route.PROVIDER))
    assert not services.mark_bounced(address=ADDRESS, evidence=evidence(Route.PROVIDER))
    assert state_of() == State.COMPLAINED


def test_one_mail_in_three_minutes_and_five_in_a_day() -> None:
    for number in range(7):
        for _ in range(2):
            subscribe()
        AcceptedRequest.objects.update(accepted_at=F("accepted_at") - timedelta(minutes=3))
        assert len(mails()) == min(number + 1, 5)
    list_services.erase(subscribers=Subscriber.objects.all(), user=None)
    assert subscribe() is None
    AcceptedRequest.objects.update(accepted_at=F("accepted_at") - timedelta(days=1))
    assert subscribe() is not None


def test_subscribed_already_is_said_to_the_owner_once_a_day() -> None:
    subscriber_in(State.CONFIRMED)
    for _ in range(3):
        subscribe(name="Eve", locale="es")
        AcceptedRequest.objects.update(accepted_at=F("accepted_at") - timedelta(minutes=3))
    (mail,) = mails(template="already")
    assert "List-Unsubscribe" in mail.headers
    subscriber = Subscriber.objects.get()
    assert (subscriber.state, subscriber.name, subscriber.locale) == ("confirmed", "", "en")


def test_unsubscribing_needs_the_token_and_may_be_repeated() -> None:
    subscriber = subscriber_in(State.CONFIRMED)
    token = links.unsubscribe_token(subscriber)
    other = links.unsubscribe_token(
        Subscriber.objects.create(
            email="b@example.org", canonical_email="b@example.org", locale="en"
        )
    )
    for bad in ("", "x", token[:-1], f"{token}x", token.split(".")[0] + "." + other.split(".")[1]):
        with pytest.raises(services.UnknownTokenError):
            services.unsubscribe(token=bad, route=Route.API)
    for _ in range(2):
        services.unsubscribe(token=token, route=Route.ONE_CLICK)
    assert state_of() == State.UNSUBSCRIBED
    assert kinds() == ["asked", "confirmed", "withdrawn"]


def test_links_to_unsubscribe_outlive_keys_and_people(settings: Any) -> None:
    subscriber = subscriber_in(State.CONFIRMED)
    first = links.unsubscribe_token(subscriber)
    settings.SECRET_KEY = "another-" * 8
    subscriber.refresh_from_db()
    second = links.unsubscribe_token(subscriber)
    assert first != second
    for token in (first, second):
        assert links.subscriber_of(token) == subscriber
    list_services.erase(subscribers=[subscriber], user=None)
    services.unsubscribe(token=second, route=Route.PAGE)


def test_who_left_may_come_back_by_confirming_anew_only() -> None:
    subscriber_in(State.UNSUBSCRIBED)
    assert import_one() == ImportResult.LEFT
    subscribe(locale="es")
    assert state_of() == State.PENDING
    assert import_one() == ImportResult.LEFT
    services.confirm(token=token_in(mails()[-1]), route=Route.API)
    subscriber = Subscriber.objects.get()
    assert (subscriber.state, subscriber.locale, subscriber.left_at) == ("confirmed", "es", None)


def test_import_mails_nobody_unless_asked() -> None:
    assert import_one(name="Ana") == ImportResult.ADDED
    assert import_one() == ImportResult.UNCHANGED
    assert not OutgoingMail.objects.exists()
    entry = ConsentEntry.objects.get()
    assert (entry.kind, entry.source) == (ConsentKind.IMPORTED, "Paper list of 2025")
    assert import_one("b@example.org", asks_to_confirm=True) == ImportResult.ASKED
    assert import_one("b@example.org", asks_to_confirm=True) == ImportResult.WAITS
    assert state_of("b@example.org") == State.PENDING
    assert len(mails("b@example.org")) == 1


def test_erased_person_leaves_a_digest_that_keeps_imports_away() -> None:
    subscriber = subscriber_in(State.CONFIRMED)
    services.request_subscription(
        email=ADDRESS, name="", locale="en", source="", route=Route.API, client=""
    )
    assert list_services.erase(subscribers=[subscriber], user=None) == 1
    for model in (Subscriber, ConsentEntry, Confirmation, OutgoingMail, SignupRequest):
        assert not model._default_manager.exists()
    (erased,) = ErasedAddress.objects.all()
    assert len(erased.digest) == 64
    assert not Suppression.objects.exists()
    assert import_one() == ImportResult.ERASED
    forget_limits()
    subscribe()
    services.confirm(token=token_in(mails()[-1]), route=Route.API)
    assert not ErasedAddress.objects.exists()


def test_erased_complaint_stays_suppressed() -> None:
    subscriber = subscriber_in(State.COMPLAINED)
    list_services.erase(subscribers=[subscriber], user=None)
    assert subscribe() is None
    assert import_one() == ImportResult.SUPPRESSED


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE newsletter_consententry SET wording = 'x'",
        "DELETE FROM newsletter_consententry",
    ],
)
def test_ledger_is_only_added_to(statement: str) -> None:
    subscriber_in(State.CONFIRMED)
    with connection.cursor() as cursor, pytest.raises(IntegrityError), transaction.atomic():
        cursor.execute(statement)
    # Erasing somebody else does not open it for the rest of the transaction.
    list_services.erase(subscribers=[subscriber_in(State.PENDING, "b@example.org")], user=None)
    with connection.cursor() as cursor, pytest.raises(IntegrityError):
        cursor.execute(statement)


def test_unconfirmed_are_erased_after_thirty_days_and_who_left_after_years() -> None:
    subscriber_in(State.CONFIRMED, "kept@example.org")
    subscriber_in(State.UNSUBSCRIBED, "back@example.org")
    for email in ("back@example.org", "old@example.org", "young@example.org"):
        subscribe(email)
    old = Subscriber.objects.exclude(canonical_email="young@example.org")
    old.update(asked_at=F("asked_at") - timedelta(days=31))
    subscriber_in(State.UNSUBSCRIBED, "left@example.org")
    subscriber_in(State.UNSUBSCRIBED, "long-gone@example.org")
    Subscriber.objects.filter(email="long-gone@example.org").update(
        left_at=F("left_at") - timedelta(days=3 * 365 + 1)
    )
    assert purge() == 3
    states = dict(Subscriber.objects.values_list("email", "state"))
    assert states == {
        "kept@example.org": "confirmed",
        "back@example.org": "unsubscribed",
        "left@example.org": "unsubscribed",
        "young@example.org": "pending",
    }
    assert not mails("old@example.org")
    assert import_one("old@example.org") == ImportResult.ADDED
    assert import_one("long-gone@example.org") == ImportResult.ERASED
    assert purge() == 0


def test_every_change_is_announced_in_its_transaction() -> None:
    told: list[tuple[str | None, str, bool]] = []

    def hear(*, subscriber: Subscriber, former: State | None, is_erased: bool, **_: Any) -> None:
        told.append((former, subscriber.state, is_erased))

    subscription_changed.connect(hear)
    try:
        subscriber = subscriber_in(State.UNSUBSCRIBED)
        services.change_language(subscriber=subscriber, locale="es", evidence=evidence())
        list_services.erase(subscribers=[subscriber], user=None)
        import_one("b@example.org")
    finally:
        subscription_changed.disconnect(hear)
    assert told == [
        (None, "pending", False),
        ("pending", "confirmed", False),
        ("confirmed", "unsubscribed", False),
        ("unsubscribed", "unsubscribed", False),
        ("unsubscribed", "unsubscribed", True),
        (None, "pending", False),
        ("pending", "confirmed", False),
    ]
