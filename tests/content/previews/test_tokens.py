"""Who a preview is for, how long it lives, and that everybody else gets one and the same answer."""

import io
import json
import logging
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import LazySettings
from django.contrib.auth import SESSION_KEY
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Site
from wagtail_headless_preview.models import PagePreview
from wagtail_headless_preview.signals import preview_update

from content.models import EventPage, Preview, StandardPage
from content.tasks import purge_expired_previews
from tests.content.admin.conftest import member
from tests.content.api.seed import Seed, republish
from tests.content.previews import forms
from tests.content.previews.desk import API, Desk, Frame
from tests.contract.openapi import ApiClient
from tests.factories import event_index, make_event, make_testimonial
from tests.problems import assert_problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(site: Site) -> Desk:
    return Desk(member("Editors"))


@pytest.fixture
def event(site: Site) -> EventPage:
    return make_event(title="Meetup", slug="meetup")


@pytest.fixture
def frame(desk: Desk, event: EventPage) -> Frame:
    opened = desk.view_draft(event)
    assert opened.read()["title"] == "Meetup"
    return opened


def refusal(**parameters: str) -> dict[str, Any]:
    """The body of a 404, without what names the request."""
    response = ApiClient().get(f"{API}?{urlencode(parameters)}")
    assert response.status_code == 404, response.content
    headers = {name: value for name, value in response.headers.items() if "Request" not in name}
    document = json.loads(response.content)
    document.pop("request_id")
    return {"headers": headers, "document": document}


NOTHING = {"content_type": "content.eventpage", "token": "x"}


def move_clock(delta: timedelta) -> None:
    for preview in Preview.objects.all():
        preview.expires_at -= delta
        preview.save(update_fields=["expires_at"])


def test_answer_may_not_be_stored_indexed_or_passed_on(frame: Frame) -> None:
    response = frame.ask(**{"If-None-Match": "*", "Origin": "https://anywhere.example.org"})
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "ETag" not in response
    assert "Vary" not in response
    head = ApiClient().head(frame.api_path)
    assert (head.status_code, head.content) == (200, b"")


def test_token_and_session_are_stored_as_digests_only(desk: Desk, frame: Frame) -> None:
    preview = Preview.objects.get()
    stored = json.dumps([str(value) for value in vars(preview).values()])
    assert len(frame.token) == 43
    for secret in (frame.token, desk.client.session.session_key, desk.user.password):
        assert secret not in stored
    assert not PagePreview.objects.exists()


def test_whatever_is_wrong_the_answer_is_the_same(desk: Desk, frame: Frame, site: Site) -> None:
    token, right = frame.token, "content.eventpage"
    nothing = refusal(**NOTHING)
    assert "no-store" in nothing["headers"]["Cache-Control"]
    flipped = ("A" if token[0] != "A" else "B") + token[1:]
    digest = Preview.objects.get().token_hash
    for wrong in (flipped, token[:-1], token + "A", token.swapcase(), digest, "é" * 40, "a" * 5000):
        assert refusal(content_type=right, token=wrong) == nothing
    others = ("content.standardpage", "content.testimonial", "wagtailcore.page", "cms.user", "x")
    for other in (*others, "content.EventPage", "content.eventpage.x", "é", "1"):
        assert refusal(content_type=other, token=token) == nothing
    assert frame.read()["title"] == "Meetup"


@pytest.mark.parametrize("missing", ["content_type", "token"])
def test_missing_empty_repeated_and_unknown_parameters_are_named(missing: str) -> None:
    client, given = ApiClient(), dict(NOTHING)
    del given[missing]
    repeated = f"{urlencode(NOTHING)}&{missing}=again"
    for query in (urlencode(given), urlencode({**given, missing: ""}), repeated):
        document = assert_problem(client.get(f"{API}?{query}"), 400)
        assert [error["parameter"] for error in document["errors"]] == [missing]
    document = assert_problem(client.get(f"{API}?{urlencode({**NOTHING, 'mode': 'card'})}"), 400)
    assert [error["parameter"] for error in document["errors"]] == ["mode"]


def test_preview_ends_fifteen_minutes_after_its_last_refresh(
    desk: Desk, event: EventPage, frame: Frame
) -> None:
    move_clock(timedelta(minutes=14))
    assert desk.view_draft(event) == frame
    move_clock(timedelta(minutes=14, seconds=30))
    assert frame.read()["id"] == event.pk
    move_clock(timedelta(seconds=31))
    assert refusal(content_type="content.eventpage", token=frame.token) == refusal(**NOTHING)
    assert desk.view_draft(event).token != frame.token
    assert refusal(content_type="content.eventpage", token=frame.token) == refusal(**NOTHING)


def test_preview_ends_with_its_session_and_no_other(
    desk: Desk, event: EventPage, frame: Frame
) -> None:
    elsewhere = Desk(desk.user).view_draft(event)
    assert elsewhere.token != frame.token
    desk.client.post(reverse("wagtailadmin_logout"))
    assert SESSION_KEY not in desk.client.session
    assert refusal(content_type="content.eventpage", token=frame.token) == refusal(**NOTHING)
    assert elsewhere.read()["id"] == event.pk


def _deactivate(desk: Desk) -> None:
    desk.user.is_active = False
    desk.user.save()


def _change_password(desk: Desk) -> None:
    desk.user.set_password("another-password")
    desk.user.save()


def _take_rights_away(desk: Desk) -> None:
    desk.user.groups.clear()


def _delete_user(desk: Desk) -> None:
    desk.user.delete()


@pytest.mark.parametrize("change", [_deactivate, _change_password, _take_rights_away, _delete_user])
def test_preview_ends_with_the_rights_of_its_editor(desk: Desk, frame: Frame, change: Any) -> None:
    change(desk)
    assert refusal(content_type="content.eventpage", token=frame.token) == refusal(**NOTHING)


def test_preview_of_deleted_page_ends(event: EventPage, frame: Frame) -> None:
    EventPage.objects.get(pk=event.pk).delete()
    assert refusal(content_type="content.eventpage", token=frame.token) == refusal(**NOTHING)


def test_form_older_versions_modes_and_editors_never_share_a_draft(
    desk: Desk, event: EventPage
) -> None:
    older = event.latest_revision
    latest = republish(event, title="Renamed").latest_revision
    other = Desk(member("Moderators"))
    data = forms.event_form(title="Typed")
    frames = {
        "Meetup": desk.view_revision(event, older),
        "Renamed": desk.view_revision(event, latest),
        "Typed": desk.edit_page(event, data),
        "Typed as card": desk.edit_page(
            event, forms.event_form(title="Typed as card"), mode="card"
        ),
        "Typed elsewhere": other.edit_page(event, forms.event_form(title="Typed elsewhere")),
        "New": desk.add_page(EventPage, event_index(), forms.event_form(title="New")),
    }
    assert len({frame.token for frame in frames.values()}) == len(frames)
    for title, frame in frames.items():
        assert frame.read()["title"] == title


def test_mode_is_part_of_the_address_unless_it_is_the_default(desk: Desk, event: EventPage) -> None:
    data = forms.event_form()
    assert "mode" not in desk.edit_page(event, data, mode="").parameters
    card = desk.edit_page(event, data, mode="card")
    assert card.parameters["mode"] == "card"
    assert card.read()["title"] == "Night of soldering"


def test_new_pages_of_two_types_and_places_are_apart(seeded: Seed) -> None:
    desk = Desk(member("Editors"))
    frames = [
        desk.add_page(StandardPage, parent, forms.standard_page_form(title=parent.title))
        for parent in (seeded.home, seeded.home_es, seeded.about)
    ]
    assert len({frame.token for frame in frames}) == 3
    titles = [frame.read()["title"] for frame in frames]
    assert titles == [seeded.home.title, seeded.home_es.title, seeded.about.title]


def test_token_follows_the_secret_key(
    desk: Desk, event: EventPage, frame: Frame, settings: LazySettings
) -> None:
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "another-key-" * 6
    assert frame.ask().status_code == 404
    settings.SECRET_KEY_FALLBACKS = [old]
    assert frame.read()["title"] == "Meetup"
    # Django gives the session a new key at the first request, so the preview is another one.
    desk.client.get(reverse("wagtailadmin_home"))
    renewed = desk.view_draft(event)
    assert renewed.token != frame.token
    assert renewed.read()["title"] == "Meetup"


def test_expired_previews_are_purged_by_command_and_by_the_next_preview(
    desk: Desk, event: EventPage, frame: Frame
) -> None:
    other = make_testimonial()
    move_clock(timedelta(minutes=16))
    output = io.StringIO()
    call_command("purge_expired", stdout=output)
    call_command("purge_expired", stdout=output)
    said = [line for line in output.getvalue().splitlines() if "previews" in line]
    assert said == ["Deleted 1 expired previews.", "Deleted 0 expired previews."]
    desk.edit_snippet(other, forms.testimonial_form())
    move_clock(timedelta(minutes=16))
    purge_expired_previews(timestamp=0)
    assert not Preview.objects.exists()
    desk.edit_snippet(other, forms.testimonial_form())
    move_clock(timedelta(minutes=16))
    desk.view_draft(event)
    assert [preview.target.split(":")[0] for preview in Preview.objects.all()] == ["saved"]


def test_other_apps_learn_of_each_preview(desk: Desk, event: EventPage) -> None:
    heard: list[str] = []

    def listen(token: str, **kwargs: Any) -> None:
        heard.append(token)

    preview_update.connect(listen)
    try:
        assert heard == [desk.view_draft(event).token]
    finally:
        preview_update.disconnect(listen)


def test_token_is_in_no_log_line_and_in_no_error(
    frame: Frame, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert frame.ask().status_code == 200
    wrong = ApiClient().get(f"{frame.api_path}A")
    assert assert_problem(wrong, 404)["instance"] == API
    extra = ApiClient().get(f"{frame.api_path}&mode=card")
    assert assert_problem(extra, 400)["instance"] == API
    logged = [record for record in caplog.records if record.name == "cms.access"]
    assert [record.status for record in logged] == [200, 404, 400]  # type: ignore[attr-defined]
    statements = ("django.db.backends",)  # Only the digest is asked for, and in DEBUG alone.
    for record in caplog.records:
        if record.name not in statements:
            assert frame.token not in json.dumps(vars(record), default=str)
    for answer in (wrong, extra):
        assert frame.token not in answer.content.decode()


def test_imitated_request_of_wagtail_leaves_no_log_line(
    desk: Desk, event: EventPage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="cms.access")
    desk.view_draft(event)
    paths = [record.path for record in caplog.records if record.name == "cms.access"]  # type: ignore[attr-defined]
    assert paths == [reverse("wagtailadmin_pages:view_draft", args=[event.pk])]


def test_number_of_queries_does_not_grow(desk: Desk, site: Site) -> None:
    counts = []
    for size in (1, 8):
        speakers = [{"name": f"Speaker {number}"} for number in range(size)]
        tags = [f"tag {number}" for number in range(size)]
        made = make_event(speakers=speakers, tags=tags)
        frame = desk.view_draft(made)
        frame.read()
        with CaptureQueriesContext(connection) as queries:
            document = frame.read()
        assert len(document["tags"]) == len(document["speakers"]) == size
        counts.append(len(queries))
    # Restoring a version asks for each tag, and for each child's page, whether it is still there.
    assert counts[0] <= 19
    assert counts[1] - counts[0] <= 7 * 3
