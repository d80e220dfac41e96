"""Forms of the admin as a browser sends them, with every field that they have."""

from typing import Any

from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

_PROMOTE = {"seo_title": "", "search_description": "", "social_image": ""}
_NO_COMMENTS = {"comments": inline_formset([])}


def event_form(**fields: Any) -> dict[str, Any]:
    return nested_form_data(
        {
            "title": "Night of soldering",
            "slug": "night-of-soldering",
            "summary": "Bring a board",
            "starts_at": "2027-05-04 18:30",
            "ends_at": "2027-05-04 21:00",
            "timezone": "Europe/Madrid",
            "event_type": "workshop",
            "event_status": "scheduled",
            "attendance_mode": "offline",
            "is_free": "on",
            "tags": "hardware, Board games",
            "body": streamfield([("heading", {"text": "What to bring", "level": "2"})]),
            "speakers": inline_formset(
                [
                    {"name": "Second", "photo": "", "ORDER": "2"},
                    {"name": "First", "role": "Host", "photo": "", "ORDER": "1"},
                ]
            ),
            "sessions": inline_formset(
                [
                    {"title": "Close", "starts_at": "2027-05-04 20:30", "ORDER": "2"},
                    {"title": "Open", "starts_at": "2027-05-04 18:30", "ORDER": "1"},
                ]
            ),
            **_PROMOTE,
            **_NO_COMMENTS,
            **fields,
        }
    )


def standard_page_form(**fields: Any) -> dict[str, Any]:
    return nested_form_data(
        {
            "title": "Code of conduct",
            "slug": "conduct",
            "summary": "Be kind",
            "cover": "",
            "body": streamfield([("quote", {"text": "Be kind", "attribution": "Us"})]),
            **_PROMOTE,
            **_NO_COMMENTS,
            **fields,
        }
    )


def event_index_form(**fields: Any) -> dict[str, Any]:
    values = {"title": "Calendar", "slug": "events", "summary": "All of them"}
    return nested_form_data({**values, **_PROMOTE, **_NO_COMMENTS, **fields})


def home_form(**fields: Any) -> dict[str, Any]:
    hero = {
        "heading": "Welcome, maker",
        "text": "",
        "image": "",
        "links": streamfield([]),
    }
    # A list block's form is a StreamField's without types.
    hero["links"] = {"count": "0"}
    values = {"title": "Home", "slug": "home", "sections": streamfield([("hero", hero)])}
    return nested_form_data({**values, **_PROMOTE, **_NO_COMMENTS, **fields})


def testimonial_form(**fields: Any) -> dict[str, Any]:
    values = {
        "quote": "They <b>listen</b>",
        "author_name": "Rosa",
        "author_role": "Lead",
        "author_organisation": "",
        "author_photo": "",
        "rating": "4",
        "source_url": "",
    }
    return nested_form_data({**values, **fields})


def navigation_form(**fields: Any) -> dict[str, Any]:
    item = {"label": "Blog", "page": "", "url": "https://blog.example.org", "children": None}
    item["children"] = {"count": "0"}  # type: ignore[assignment]
    values = {
        "tagline": "We solder",
        "items": streamfield([("item", item)]),
        "footer_text": rich_text("<p>Foot</p>"),
        "footer_links": streamfield([]),
        "seo_title": "",
        "seo_description": "",
        "seo_image": "",
    }
    return nested_form_data({**values, **fields})


testimonial_form.__test__ = False  # type: ignore[attr-defined]
