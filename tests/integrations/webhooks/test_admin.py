"""Webhooks in the admin, as an administrator uses them and as nobody else may."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from cms.models import User
from integrations.webhooks import outbox, services, signing
from integrations.webhooks.changes import Change
from integrations.webhooks.event_types import EventType
from integrations.webhooks.models import Attempt, Delivery, Endpoint, Message
from tests.content.admin.conftest import member
from tests.integrations.webhooks.conftest import MakeEndpoint

pytestmark = pytest.mark.django_db

ADD = "webhook_endpoints:add"
SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{43}=")


@pytest.fixture
def browser(client: Client, administrator: User) -> Client:
    client.force_login(administrator)
    return client


def make_delivery(endpoint: Endpoint, **values: Any) -> Delivery:
    message = outbox.record(
        Change(EventType.PAGE_PUBLISHED, "content.EventPage", 1, "en", paths=["/events/<b>/"])
    )
    Message.objects.filter(pk=message.pk).update(state="done", finished_at=Now(), transaction_id=0)
    return Delivery.objects.create(message=message, endpoint=endpoint, **values)


def failed(endpoint: Endpoint) -> Delivery:
    return make_delivery(endpoint, state="dead", finished_at=timezone.now(), attempts=10)


def text(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode())


def overview(endpoint: Endpoint) -> str:
    return reverse("webhook_endpoints:inspect", args=[endpoint.pk])


def act(browser: Client, endpoint: Endpoint, action: str) -> Any:
    return browser.post(reverse("webhook_endpoints:act", args=[endpoint.pk, action]), follow=True)


def test_secret_is_shown_once_after_adding(browser: Client) -> None:
    form = {
        "url": "https://www.example.org/hook",
        "description": "The website",
        "event_types": ["site.changed", "page.published"],
    }
    response = browser.post(reverse(ADD), form)
    (secret,) = set(SECRET.findall(text(response)))
    assert "no-store" in response["Cache-Control"]
    endpoint = Endpoint.objects.get()
    assert endpoint.event_types == ["page.published", "site.changed"]
    assert signing.decrypt(endpoint.encrypted_secret) == secret
    pages = [
        overview(endpoint),
        reverse("webhook_endpoints:edit", args=[endpoint.pk]),
        reverse("webhook_endpoints:history", args=[endpoint.pk]),
        reverse("webhook_endpoints:index"),
        reverse("wagtailadmin_home"),
    ]
    for page in pages:
        assert "whsec_" not in text(browser.get(page))
    entry = ModelLogEntry.objects.for_instance(endpoint).get(action="wagtail.create")
    assert secret not in str(entry.data)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000/", "http://169.254.169.254/", "ftp://x.org/", "http://a@b.org/"]
)
def test_refused_address_is_an_error_at_the_field(browser: Client, url: str) -> None:
    response = browser.post(reverse(ADD), {"url": url})
    assert response.context["form"].errors["url"]
    assert not Endpoint.objects.exists()


def test_unknown_event_is_refused(browser: Client) -> None:
    response = browser.post(
        reverse(ADD), {"url": "https://www.example.org/", "event_types": ["everything"]}
    )
    assert "event_types" in response.context["form"].errors


def test_edited_endpoint_keeps_its_secret(browser: Client, endpoint: Endpoint) -> None:
    url = reverse("webhook_endpoints:edit", args=[endpoint.pk])
    assert browser.post(url, {"url": "https://new.example.org/hook"}).status_code == 302
    edited = Endpoint.objects.get()
    assert edited.url == "https://new.example.org/hook"
    assert edited.encrypted_secret == endpoint.encrypted_secret


def test_changed_secret_is_shown_once_and_the_former_one_kept(
    browser: Client, endpoint: Endpoint
) -> None:
    former = signing.decrypt(endpoint.encrypted_secret)
    (shown,) = set(SECRET.findall(text(act(browser, endpoint, "change-secret"))))
    endpoint.refresh_from_db()
    assert endpoint.signing_secrets(timezone.now()) == [shown, former]
    assert "whsec_" not in text(browser.get(overview(endpoint)))


def test_every_button_does_what_it_says_and_is_in_the_log(
    browser: Client, endpoint: Endpoint
) -> None:
    failed(endpoint)
    steps = [
        ("test", "webhooks.test", "active"),
        ("pause", "webhooks.pause", "paused"),
        ("resume", "webhooks.resume", "active"),
        ("send-failed-again", "webhooks.send_again", "active"),
        ("switch-off", "webhooks.switch_off", "disabled"),
    ]
    for action, logged, state in steps:
        assert act(browser, endpoint, action).status_code == 200
        endpoint.refresh_from_db()
        assert endpoint.state == state
        entry = ModelLogEntry.objects.filter(action=logged, object_id=str(endpoint.pk)).get()
        assert entry.user is not None
    assert Delivery.objects.filter(message__type="ping").count() == 1
    assert not Delivery.objects.failed().exists()
    history = text(browser.get(reverse("webhook_endpoints:history", args=[endpoint.pk])))
    assert "Webhook paused" in history


def test_nothing_is_sent_by_hand_to_what_is_paused(browser: Client, endpoint: Endpoint) -> None:
    delivery = failed(endpoint)
    act(browser, endpoint, "pause")
    assert "Switch it on first" in text(act(browser, endpoint, "test"))
    again = reverse("webhook_deliveries:send_again", args=[delivery.pk])
    assert "Switch it on first" in text(browser.post(again, follow=True))
    assert Delivery.objects.get().state == "dead"


def test_delivery_shows_every_attempt_and_the_payload_harmlessly(
    browser: Client, endpoint: Endpoint
) -> None:
    delivery = make_delivery(endpoint)
    now = timezone.now()
    Attempt.objects.create(
        delivery=delivery, started_at=now, duration_ms=12, status=500, answer="<script>x</script>"
    )
    Attempt.objects.create(delivery=delivery, started_at=now, duration_ms=9, failure="timeout")
    page = text(browser.get(reverse("webhook_deliveries:inspect", args=[delivery.pk])))
    assert "&lt;script&gt;x&lt;/script&gt;" in page
    assert "<script>x" not in page
    assert "/events/&lt;b&gt;/" in page
    assert "no answer within 15 seconds" in page
    assert delivery.message.webhook_id in page


def test_delivery_is_sent_again(browser: Client, endpoint: Endpoint) -> None:
    delivery = failed(endpoint)
    url = reverse("webhook_deliveries:send_again", args=[delivery.pk])
    assert "sent again" in text(browser.post(url, follow=True))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("waiting", 0)


def test_deliveries_are_filtered(browser: Client, make_endpoint: MakeEndpoint) -> None:
    first, second = make_endpoint("https://one.example/"), make_endpoint("https://two.example/")
    failed(first)
    make_delivery(second)
    index = reverse("webhook_deliveries:index_results")
    shown = text(browser.get(index, {"endpoint": first.pk}))
    assert "https://one.example/" in shown
    assert "https://two.example/" not in shown
    shown = text(browser.get(index, {"state": "waiting"}))
    assert "https://one.example/" not in shown
    assert "No" in text(browser.get(index, {"message__type": "site.changed"}))


def test_lists_ask_the_database_no_more_for_more_rows(
    browser: Client, make_endpoint: MakeEndpoint
) -> None:
    names = ("webhook_endpoints:index", "webhook_deliveries:index", "wagtailadmin_home")
    failed(make_endpoint("https://one.example/"))
    few = [queries_of(browser, reverse(name)) for name in names]
    for number in range(15):
        failed(make_endpoint(f"https://{number}.example/"))
    assert [queries_of(browser, reverse(name)) for name in names] == few


def queries_of(browser: Client, path: str) -> int:
    browser.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(path).status_code == 200
    return len(queries)


def test_dashboard_tells_of_trouble_and_of_nothing_else(
    browser: Client, endpoint: Endpoint
) -> None:
    home = reverse("wagtailadmin_home")
    assert "webhook-trouble" not in text(browser.get(home))
    failed(endpoint)
    assert "1 message failed for good." in text(browser.get(home))
    Delivery.objects.all().delete()
    Endpoint.objects.update(state="disabled", state_reason="gone")
    assert "410 Gone" in text(browser.get(home))


POSTED = ["test", "pause", "resume", "switch-off", "send-failed-again", "change-secret"]


@pytest.mark.parametrize("action", POSTED)
def test_buttons_are_posts_with_a_token(
    administrator: User, endpoint: Endpoint, action: str
) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(administrator)
    url = reverse("webhook_endpoints:act", args=[endpoint.pk, action])
    assert strict.get(url).status_code == 405
    assert strict.post(url).status_code == 403
    unchanged = Endpoint.objects.get()
    assert (unchanged.state, unchanged.encrypted_secret) == ("active", endpoint.encrypted_secret)


@pytest.mark.parametrize("group", ["Editors", "Moderators"])
def test_others_see_and_do_nothing(site: object, endpoint: Endpoint, group: str) -> None:
    delivery = failed(endpoint)
    browser = Client()
    browser.force_login(member(group))
    home = text(browser.get(reverse("wagtailadmin_home"))).lower()
    assert "webhook" not in home.replace("/static/webhooks/admin.css", "")
    pages = [
        reverse("webhook_endpoints:index"),
        reverse(ADD),
        overview(endpoint),
        reverse("webhook_endpoints:edit", args=[endpoint.pk]),
        reverse("webhook_deliveries:index"),
        reverse("webhook_deliveries:inspect", args=[delivery.pk]),
    ]
    for page in pages:
        assert browser.get(page).status_code in (302, 403, 404), page
    buttons = [reverse("webhook_endpoints:act", args=[endpoint.pk, name]) for name in POSTED]
    buttons.append(reverse("webhook_deliveries:send_again", args=[delivery.pk]))
    for button in buttons:
        assert browser.post(button).status_code in (302, 403)
    assert Endpoint.objects.get().state == "active"
    assert Delivery.objects.get().state == "dead"


def test_viewer_sees_and_changes_nothing(site: object, endpoint: Endpoint) -> None:
    viewer = member("Editors")
    for codename in ("view_endpoint", "view_delivery"):
        viewer.user_permissions.add(Permission.objects.get(codename=codename))
    browser = Client()
    browser.force_login(viewer)
    page = text(browser.get(overview(endpoint)))
    assert endpoint.url in page
    assert "Change the secret" not in page
    act(browser, endpoint, "pause")
    assert Endpoint.objects.get().state == "active"


def test_unknown_button_is_not_found(browser: Client, endpoint: Endpoint) -> None:
    assert act(browser, endpoint, "explode").status_code == 404


def test_deleted_endpoint_takes_its_deliveries_along(browser: Client, endpoint: Endpoint) -> None:
    failed(endpoint)
    url = reverse("webhook_endpoints:delete", args=[endpoint.pk])
    assert browser.post(url).status_code == 302
    assert not Delivery.objects.exists()


def test_admin_speaks_spanish(browser: Client, administrator: User, endpoint: Endpoint) -> None:
    profile = UserProfile.get_for_user(administrator)
    profile.preferred_language = "es"
    profile.save()
    assert services.send_test(endpoint=endpoint)
    page = text(browser.get(overview(endpoint)))
    assert "Enviar una prueba" in page
    assert "Change the secret" not in page
