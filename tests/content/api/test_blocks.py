"""Blocks and pictures as JSON."""

from typing import Any

import pytest
from django.conf import settings

from content.models import EventPage, SiteImage
from tests.content.api.seed import Seed, republish
from tests.contract.openapi import ApiClient
from tests.factories import jpeg, make_event, make_image, png

pytestmark = pytest.mark.django_db


def blocks(api: ApiClient, event: EventPage) -> list[dict[str, Any]]:
    body: list[dict[str, Any]] = api.get(f"/api/v2/events/{event.pk}/").json()["body"]
    ids = [block.pop("id") for block in body]
    assert len(set(ids)) == len(ids)
    return body


def test_every_block_answers_its_json(seeded: Seed, api: ApiClient) -> None:
    body = blocks(api, seeded.event)
    picture = body[2]["value"]["image"]
    assert picture["alt"] == "A wide rectangle"
    document_url = f"{settings.PUBLIC_URL}{seeded.document.url}"
    assert body == [
        {"type": "heading", "value": {"text": "What to expect", "level": 3}},
        {
            "type": "rich_text",
            "value": (
                f'<p><a href="/about/" data-page-id="{seeded.about.pk}">About us</a> '
                "Secret plan "
                f'<a href="{document_url}">notes</a> '
                '<a href="https://example.org/x">out</a></p>'
            ),
        },
        {"type": "image", "value": {"image": picture, "caption": None}},
        {
            "type": "gallery",
            "value": {"heading": None, "images": [{"image": picture, "caption": "One"}] * 2},
        },
        {"type": "quote", "value": {"text": "Well done", "attribution": None}},
        {"type": "code", "value": {"language": "python", "code": "print(1 < 2)"}},
        {
            "type": "embed",
            "value": {
                "provider": "YouTube",
                "url": "https://www.youtube.com/watch?v=abc",
                "title": "Talk",
                "thumbnail": picture,
            },
        },
        {
            "type": "document",
            "value": {"id": seeded.document.pk, "title": "Notes", "url": document_url, "size": 10},
        },
        {
            "type": "call_to_action",
            "value": {"heading": "Join us", "text": None, "label": "Go", "url": "/about/"},
        },
        {
            "type": "call_to_action",
            "value": {
                "heading": "Elsewhere",
                "text": None,
                "label": "Go",
                "url": "https://example.org/join",
            },
        },
    ]


@pytest.mark.parametrize(
    ("stored", "answered"),
    [
        ('<p data-block-key="a1">Hi <b>you</b><br/></p><hr/>', "<p>Hi <b>you</b><br></p><hr>"),
        ('<p><a id="999999" linktype="page">gone <i>page</i></a></p>', "<p>gone <i>page</i></p>"),
        ('<p><a linktype="document" id="x">file</a> <a>bare</a></p>', "<p>file bare</p>"),
        ('<p><a href="mailto:a@b.org">m</a></p>', None),
        ('<p><a href="tel:+50622222222">t</a></p>', None),
        ('<p><a href="#top">t</a> <a href="/x/?a=1&amp;b=2">p</a></p>', None),
        ('<p><a href="HTTPS://example.org/">p</a></p>', None),
        (
            '<p><a href="https://example.org/" rel="x" onclick="y()">p</a></p>',
            '<p><a href="https://example.org/">p</a></p>',
        ),
        ('<p><a href="javascript:alert(1)">x</a></p>', "<p>x</p>"),
        ('<p><a href=" javascript:alert(1)" data-page-id="1">x</a></p>', "<p>x</p>"),
        ('<p><a href="//evil.example">x</a><a href="/\\evil.example">y</a></p>', "<p>xy</p>"),
        ('<p><a href="/&#9;/evil.example">x</a><a href="data:text/html,x">y</a></p>', "<p>xy</p>"),
        ('<p>a<script>alert(1)</script><img src="x" onerror="y()"/>b</p>', "<p>ab</p>"),
        ("<h3>1 &lt; 2 &amp; 3</h3><ul><li><code>x</code></li></ul>", None),
    ],
)
def test_rich_text_has_only_what_editors_can_make(
    site: object, api: ApiClient, stored: str, answered: str | None
) -> None:
    event = make_event(body=[("rich_text", stored)])
    [block] = blocks(api, event)
    assert block["value"] == (stored if answered is None else answered)


def test_links_of_a_page_lead_to_pages_in_its_language(seeded: Seed, api: ApiClient) -> None:
    by_type: dict[str, Any] = {}
    for block in blocks(api, seeded.event_es):
        by_type.setdefault(block["type"], block["value"])
    about_es = seeded.about.get_translations().get()
    link = f'<a href="/es/about/" data-page-id="{about_es.pk}">'
    assert link in by_type["rich_text"]
    assert by_type["call_to_action"]["url"] == "/es/about/"


def test_block_whose_picture_or_document_was_deleted_is_left_out(
    seeded: Seed, api: ApiClient
) -> None:
    picture = make_image()
    hero = ("image", {"image": picture, "caption": "Gone"})
    embed = {"url": "https://vimeo.com/1", "title": "Film", "thumbnail": picture}
    gallery = {"heading": "", "images": [{"image": picture, "caption": ""}]}
    event = make_event(body=[hero, ("embed", embed), ("gallery", gallery)], cover=picture)
    picture.delete()
    assert blocks(api, event) == [
        {
            "type": "embed",
            "value": {
                "provider": "Vimeo",
                "url": "https://vimeo.com/1",
                "title": "Film",
                "thumbnail": None,
            },
        },
        {"type": "gallery", "value": {"heading": None, "images": []}},
    ]
    assert api.get(f"/api/v2/events/{event.pk}/").json()["cover"] is None
    seeded.document.delete()
    assert "document" not in {block["type"] for block in blocks(api, seeded.event)}


def cover_of(api: ApiClient, picture: SiteImage) -> Any:
    event = make_event(cover=picture)
    return api.get(f"/api/v2/events/{event.pk}/").json()["cover"]


def widths(source: dict[str, str]) -> list[str]:
    entries = [entry.split(" ") for entry in source["srcset"].split(", ")]
    assert all(url.startswith(f"{settings.PUBLIC_URL}/media/") for url, _width in entries)
    return [width for _url, width in entries]


def test_picture_has_three_widths_in_webp_and_png(seeded: Seed, api: ApiClient) -> None:
    picture = make_image(png((1700, 900)), "wide.png", description="A wide rectangle")
    cover = cover_of(api, picture)
    sources = cover.pop("sources")
    assert [source["type"] for source in sources] == ["image/webp", "image/png"]
    assert [widths(source) for source in sources] == [["480w", "960w", "1600w"]] * 2
    assert cover.pop("src") in sources[1]["srcset"]
    assert cover == {
        "id": picture.pk,
        "alt": "A wide rectangle",
        "width": 1600,
        "height": 847,
        "focal_point": None,
    }


def test_small_picture_is_not_enlarged_and_knows_its_focal_point(
    seeded: Seed, api: ApiClient
) -> None:
    focal = {"focal_point_x": 100, "focal_point_y": 30, "focal_point_width": 10}
    picture = make_image(jpeg((200, 120)), "small.jpg", **focal, focal_point_height=10)
    cover = cover_of(api, picture)
    assert (cover["width"], cover["height"]) == (200, 120)
    assert cover["focal_point"] == {"x": 0.5, "y": 0.25}
    assert [source["type"] for source in cover["sources"]] == ["image/webp", "image/jpeg"]
    assert all(widths(source) == ["200w"] for source in cover["sources"])


def test_get_makes_no_rendition_even_when_all_are_gone(seeded: Seed, api: ApiClient) -> None:
    picture = seeded.picture
    for rendition in picture.renditions.all():
        rendition.delete()
    for path in (f"/api/v2/events/{seeded.event.pk}/", "/api/v2/events/?fields=*"):
        document = api.get(path).json()
        event = document["items"][0] if "items" in document else document
        cover = event["cover"]
        assert (cover["width"], cover["height"], cover["sources"]) == (320, 180, [])
        assert cover["src"] == f"{settings.PUBLIC_URL}{picture.file.url}"
        assert event["meta"].get("social_image", cover)["src"] == cover["src"]
    api.get(f"/api/v2/pages/{seeded.home.pk}/")
    assert picture.renditions.count() == 0


def test_link_preview_is_cut_to_its_own_size_from_the_cover(seeded: Seed, api: ApiClient) -> None:
    event = make_event(cover=make_image(png((1300, 700))))
    social = api.get(f"/api/v2/events/{event.pk}/").json()["meta"]["social_image"]
    assert (social["id"], social["width"], social["height"]) == (event.cover_id, 1200, 630)
    republish(event, social_image=seeded.picture)
    social = api.get(f"/api/v2/events/{event.pk}/").json()["meta"]["social_image"]
    assert social["id"] == seeded.picture.pk
