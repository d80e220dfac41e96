"""Lists of events: filters, order, paging, search and languages."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import LazySettings
from django.utils import timezone
from wagtail.models import Site

from content.models import EventPage, Session, SiteSettings, Speaker
from content.publishing import ensure_translations
from home.setup import prepare_site
from tests.content.api.seed import republish
from tests.contract.openapi import ApiClient
from tests.factories import in_hours, make_event

pytestmark = pytest.mark.django_db


def slugs(api: ApiClient, query: str = "", path: str = "/api/v2/events/") -> list[str]:
    response = api.get(f"{path}?{query}")
    assert response.status_code == 200, (query, response.content)
    document = response.json()
    items = [item["meta"]["slug"] for item in document["items"]]
    if "limit" not in query and "offset" not in query:
        assert document["meta"]["total_count"] == len(items)
    return items


def test_event_without_anything_optional_answers_null_for_it(site: object, api: ApiClient) -> None:
    event = make_event(title="Bare")
    document = api.get(f"/api/v2/events/{event.pk}/").json()
    empty = {
        *("summary", "ends_at", "venue", "online_url", "registration_url", "capacity", "price"),
        *("organizer", "cover"),
    }
    assert {name for name, value in document.items() if value is None} == empty
    assert document["tags"] == document["speakers"] == document["sessions"] == []
    assert document["body"] == []
    meta = document["meta"]
    assert meta["seo_title"] is meta["search_description"] is meta["social_image"] is None
    listed = api.get("/api/v2/events/").json()["items"][0]
    assert {name for name, value in listed.items() if value is None} == empty


def daytime_zone() -> str:
    """A zone where it is neither just before nor just after midnight."""
    zones = ("UTC", "Asia/Tokyo", "America/Costa_Rica")
    return next(z for z in zones if 2 <= timezone.now().astimezone(ZoneInfo(z)).hour <= 21)


def make_events_around_now() -> None:
    zone = daytime_zone()
    for slug, values in {
        "past": {"starts_at": in_hours(-48), "ends_at": in_hours(-46), "featured": True},
        "past-without-end": {"starts_at": in_hours(-1), "event_type": "talk"},
        "past-all-day": {"starts_at": in_hours(-24), "all_day": True, "timezone": zone},
        "ongoing": {"starts_at": in_hours(-1.5), "ends_at": in_hours(1), "tags": ["Django"]},
        "ongoing-all-day": {"starts_at": in_hours(0), "all_day": True, "timezone": zone},
        "soon": {
            "starts_at": in_hours(24),
            "tags": ["Django", "web"],
            "attendance_mode": "online",
            "event_status": "cancelled",
        },
        "later": {"starts_at": in_hours(48), "ends_at": in_hours(50), "tags": ["web"]},
    }.items():
        make_event(quick=True, slug=slug, title=f"Event {slug}", **values)


def test_filters_choose_events(site: object, api: ApiClient) -> None:
    make_events_around_now()
    past = {"past", "past-without-end", "past-all-day"}
    ongoing = {"ongoing", "ongoing-all-day"}
    everything = past | ongoing | {"soon", "later"}
    expected = {
        "": everything,
        "when=past": past,
        "when=ongoing": ongoing,
        "when=upcoming": ongoing | {"soon", "later"},
        "tag=Django": {"ongoing", "soon"},
        "tag=Django&tag=web": {"ongoing", "soon", "later"},
        "tag=django": {"ongoing", "soon"},
        "tag=none": set(),
        "event_type=talk": {"past-without-end"},
        "event_type=meetup": everything - {"past-without-end"},
        "attendance_mode=online": {"soon"},
        "event_status=cancelled": {"soon"},
        "event_status=postponed": set(),
        "featured=true": {"past"},
        "featured=false": everything - {"past"},
        "slug=later": {"later"},
        "slug=lat": set(),
        "search=event+la": {"later"},
        "search=event&when=ongoing": ongoing,
        "when=upcoming&tag=web&event_status=scheduled": {"later"},
        "when=past&featured=true&slug=past": {"past"},
        "locale=en": everything,
        "locale=es": set(),
    }
    for query, names in expected.items():
        assert set(slugs(api, query)) == names, query


def test_orders_and_their_defaults(site: object, api: ApiClient) -> None:
    make_events_around_now()
    by_start = list(EventPage.objects.order_by("starts_at", "pk").values_list("slug", flat=True))
    ahead = [slug for slug in by_start if not slug.startswith("past")]
    by_title = sorted(by_start, key=lambda slug: f"Event {slug}")
    for query, expected in {
        "": by_start[::-1],
        "order=-starts_at": by_start[::-1],
        "order=starts_at": by_start,
        "order=title": by_title,
        "order=-title": by_title[::-1],
        "when=upcoming": ahead,
        "when=upcoming&order=-starts_at": ahead[::-1],
        "when=past": [slug for slug in by_start if slug.startswith("past")][::-1],
        "search=event": by_start[::-1],
        "search=event&order=starts_at&limit=2&offset=1": by_start[1:3],
    }.items():
        assert slugs(api, query) == expected, query


def test_pages_of_a_list_never_overlap_although_all_are_equal(site: object, api: ApiClient) -> None:
    start = in_hours(24)
    ids = [make_event(quick=True, title="Same", starts_at=start).pk for _ in range(12)]
    for order in ("starts_at", "title", "first_published_at"):
        for sign, expected in (("", ids), ("-", ids[::-1])):
            seen: list[int] = []
            for offset in range(0, 12, 5):
                document = api.get(
                    "/api/v2/events/", {"order": sign + order, "limit": 5, "offset": offset}
                ).json()
                assert document["meta"] == {"total_count": 12}
                seen += [item["id"] for item in document["items"]]
            assert seen == expected, sign + order
    for query, length in {"limit=0": 0, "limit=100": 12, "offset=12": 0, "offset=10000": 0}.items():
        document = api.get(f"/api/v2/events/?{query}").json()
        assert (document["meta"]["total_count"], len(document["items"])) == (12, length), query


def test_list_answers_twenty_without_limit(site: object, api: ApiClient) -> None:
    for _ in range(21):
        make_event(quick=True)
    document = api.get("/api/v2/events/").json()
    assert (len(document["items"]), document["meta"]["total_count"]) == (20, 21)


def test_dates_are_days_in_the_zone_of_the_site(
    site: object, api: ApiClient, settings: LazySettings
) -> None:
    settings.TIME_ZONE = "America/Costa_Rica"
    for slug, moment in {
        "last-of-april": datetime(2030, 5, 1, 5, 59, 59, tzinfo=UTC),
        "first-of-may": datetime(2030, 5, 1, 6, 0, tzinfo=UTC),
        "end-of-first": datetime(2030, 5, 2, 5, 59, 59, tzinfo=UTC),
        "second-of-may": datetime(2030, 5, 2, 6, 0, tzinfo=UTC),
    }.items():
        make_event(quick=True, slug=slug, starts_at=moment, timezone="Asia/Tokyo")
    for query, expected in {
        "starts_after=2030-05-01&starts_before=2030-05-02": ["first-of-may", "end-of-first"],
        "starts_after=2030-05-02": ["second-of-may"],
        "starts_before=2030-05-01": ["last-of-april"],
        "starts_after=2030-05-01T06:00:00Z&starts_before=2030-05-02": [
            *("first-of-may", "end-of-first")
        ],
        "starts_before=2030-05-01T06:00:00Z": ["last-of-april"],
        "starts_after=2030-05-02T00:00:00-06:00": ["second-of-may"],
        "starts_after=2030-05-02T15:00:00%2B09:00": ["second-of-may"],
        "starts_after=2030-05-02T15:00:00+09:00": ["second-of-may"],
        "starts_after=2030-05-02&starts_before=2030-05-01": [],
    }.items():
        assert slugs(api, f"{query}&order=starts_at") == expected, query


def test_all_day_event_spans_whole_days_of_its_own_zone(site: object, api: ApiClient) -> None:
    start = datetime(2030, 5, 1, 12, 0, tzinfo=UTC)
    event = make_event(
        starts_at=start, ends_at=start + timedelta(days=1), all_day=True, timezone="Asia/Tokyo"
    )
    document = api.get(f"/api/v2/events/{event.pk}/").json()
    assert document["all_day"] is True
    assert document["starts_at"] == "2030-05-01T00:00:00+09:00"
    assert document["ends_at"] == "2030-05-02T23:59:59+09:00"
    assert document["json_ld"]["startDate"] == "2030-05-01"
    assert document["json_ld"]["endDate"] == "2030-05-02"


def test_search_finds_beginnings_of_words_whatever_their_accents(
    site: object, api: ApiClient
) -> None:
    make_event(
        slug="advanced",
        title="Programación avanzada",
        summary="Todo sobre módulos",
        venue_city="Cartago",
        organizer_name="Comunidad",
        tags=["Café"],
        speakers=[{"name": "José Núñez"}],
        body=[("heading", {"text": "Kubernetes", "level": "2"}), ("rich_text", "<p>Día uno</p>")],
        featured=True,
        starts_at=in_hours(10),
    )
    make_event(slug="night", title="Python night", starts_at=in_hours(20))
    both = ["night", "advanced"]
    for expected, searches in {
        "advanced": [
            *("progra", "programacion", "PROGRAMACIÓN", "modulos", "nunez", "Núñez", "nún"),
            *("jose nunez", "kuber", "dia", "cafe", "café", "cartago", "comuni", "avanz nunez"),
        ],
        "night": ["python", "night python", "PY"],
        "": ["ython", "python programacion", "nothing", "...", "'", "%"],
    }.items():
        for search in searches:
            assert slugs(api, f"search={search}") == expected.split(), search
    for query, slugs_found in {
        "search=python+programacion&search_operator=or": both,
        "search=python+programacion&search_operator=or&order=starts_at": both[::-1],
        "search=python+programacion&search_operator=or&featured=true": ["advanced"],
        "search=python+programacion&search_operator=or&limit=1&offset=1": ["advanced"],
        "search=python+kuber&search_operator=and": [],
    }.items():
        assert slugs(api, query) == slugs_found, query
    pages = api.get("/api/v2/pages/?search=kubernetes").json()["items"]
    assert [page["meta"]["slug"] for page in pages] == ["advanced"]


def test_search_finds_what_an_edit_added_and_not_what_it_took_away(
    site: object, api: ApiClient
) -> None:
    event = make_event(slug="talk", tags=["python"], speakers=[{"name": "Ana"}])
    ensure_translations(page=event)
    assert slugs(api, "search=ana") == slugs(api, "search=python") == ["talk"]
    event.speakers.set([Speaker(name="Beatriz")])
    event.sessions.set([Session(title="Welcome")])
    event.tags.set(["rust"])
    republish(event)
    for search in ("beatriz", "welcome", "rust"):
        assert slugs(api, f"search={search}") == ["talk"], search
        assert slugs(api, f"search={search}&locale=es") == ["talk"], search
    assert slugs(api, "search=ana") == slugs(api, "search=python") == []


def test_every_language_has_every_event_and_says_which_are_translated(
    site: object, api: ApiClient
) -> None:
    first, second = (make_event(title=title, slug=title.lower()) for title in ("One", "Two"))
    ensure_translations(page=first)
    (alias,) = ensure_translations(page=second)
    translated = EventPage.objects.get(pk=alias.pk)
    republish(translated, alias_of=None, title="Dos", slug="dos")

    def titles(query: str) -> dict[str, bool]:
        items = api.get(f"/api/v2/events/?order=title&{query}").json()["items"]
        return {item["title"]: item["meta"]["is_translated"] for item in items}

    assert titles("") == titles("locale=en") == {"One": True, "Two": True}
    assert titles("locale=es") == {"Dos": True, "One": False}
    everything = api.get("/api/v2/events/?locale=*").json()
    assert everything["meta"]["total_count"] == 4
    assert {item["meta"]["locale"] for item in everything["items"]} == {"en", "es"}
    republish(EventPage.objects.get(pk=first.pk), title="Uno and one")
    assert titles("locale=es") == {"Dos": True, "Uno and one": False}


def test_third_language_names_the_one_that_its_words_come_from_first(
    settings: LazySettings, site: object, api: ApiClient
) -> None:
    languages = [*settings.LANGUAGES, ("fr", "Français")]
    settings.LANGUAGES = settings.WAGTAIL_CONTENT_LANGUAGES = languages
    prepare_site()
    event = make_event(title="Uno", slug="uno", language="es")
    ensure_translations(page=event)

    def translations(language: str) -> list[tuple[str, bool]]:
        (item,) = api.get(f"/api/v2/events/?locale={language}").json()["items"]
        return [(each["locale"], each["is_translated"]) for each in item["meta"]["translations"]]

    assert translations("es") == [("en", False), ("fr", False)]
    assert translations("en") == [("es", True), ("fr", False)]
    assert translations("fr") == [("es", True), ("en", False)]
    alias = EventPage.objects.get(slug="uno", locale__language_code="en")
    republish(alias, alias_of=None, title="One", slug="one")
    assert translations("es") == [("en", True), ("fr", False)]
    assert translations("fr") == [("es", True), ("en", True)]


def test_json_ld_has_the_terms_of_every_status_and_attendance(site: object, api: ApiClient) -> None:
    statuses = {
        "scheduled": "EventScheduled",
        "cancelled": "EventCancelled",
        "postponed": "EventPostponed",
        "moved_online": "EventMovedOnline",
    }
    modes = {
        "offline": "OfflineEventAttendanceMode",
        "online": "OnlineEventAttendanceMode",
        "mixed": "MixedEventAttendanceMode",
    }
    pairs = [(status, mode) for status in statuses for mode in modes]
    for status, mode in pairs:
        event = make_event(quick=True, event_status=status, attendance_mode=mode)
        document = api.get(f"/api/v2/events/{event.pk}/").json()["json_ld"]
        assert document["eventStatus"] == f"https://schema.org/{statuses[status]}"
        shown = modes["online" if status == "moved_online" else mode]
        assert document["eventAttendanceMode"] == f"https://schema.org/{shown}"


@pytest.mark.parametrize(
    ("status", "mode", "kinds"),
    [
        ("scheduled", "offline", ["Place"]),
        ("scheduled", "online", ["VirtualLocation"]),
        ("scheduled", "mixed", ["Place", "VirtualLocation"]),
        ("cancelled", "mixed", ["Place", "VirtualLocation"]),
        ("moved_online", "offline", ["VirtualLocation"]),
        ("moved_online", "mixed", ["VirtualLocation"]),
    ],
)
def test_json_ld_sends_visitors_where_the_event_takes_place(
    site: object, api: ApiClient, status: str, mode: str, kinds: list[str]
) -> None:
    online_url = "https://meet.example.org/a"
    event = make_event(
        event_status=status, attendance_mode=mode, venue_name="Room 4", online_url=online_url
    )
    places = api.get(f"/api/v2/events/{event.pk}/").json()["json_ld"]["location"]
    assert [place["@type"] for place in places] == kinds
    assert places[-1].get("url") == (online_url if "VirtualLocation" in kinds else None)


@pytest.mark.parametrize(
    ("venue", "place"),
    [
        ({"venue_name": "Room 4"}, {"name": "Room 4"}),
        (
            {"venue_address": "Calle 2"},
            {
                "name": "Calle 2",
                "address": {"@type": "PostalAddress", "streetAddress": "Calle 2"},
            },
        ),
        (
            {"venue_country": "Peru"},
            {"name": "Peru", "address": {"@type": "PostalAddress", "addressCountry": "Peru"}},
        ),
        (
            {"venue_latitude": 1, "venue_longitude": 2},
            {"geo": {"@type": "GeoCoordinates", "latitude": 1.0, "longitude": 2.0}},
        ),
    ],
)
def test_json_ld_leaves_out_what_is_not_known_of_the_place(
    site: object, api: ApiClient, venue: dict[str, Any], place: dict[str, Any]
) -> None:
    event = make_event(**venue)
    document = api.get(f"/api/v2/events/{event.pk}/").json()["json_ld"]
    assert document["location"] == [{"@type": "Place", **place}]


def test_json_ld_of_a_free_event_has_no_currency(site: object, api: ApiClient) -> None:
    event = make_event(is_free=True)
    document = api.get(f"/api/v2/events/{event.pk}/").json()["json_ld"]
    assert document["offers"] == {"@type": "Offer", "price": "0"}


def test_json_ld_without_an_organizer_names_the_site(site: Site, api: ApiClient) -> None:
    SiteSettings.objects.filter(site=site).update(name="The lab")
    event = make_event()
    own = api.get(f"/api/v2/events/{event.pk}/").json()["json_ld"]["organizer"]
    homes = api.get("/api/v2/pages/?type=home.HomePage&locale=en").json()["items"]
    home_url = homes[0]["meta"]["html_url"]
    assert own == {"@type": "Organization", "name": "The lab", "url": home_url}
    event = make_event(organizer_url="https://other.example.org")
    other = api.get(f"/api/v2/events/{event.pk}/").json()["json_ld"]["organizer"]
    assert other == {"@type": "Organization", "url": "https://other.example.org"}
