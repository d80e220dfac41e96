"""Lists of pages, and finding one by its path on the frontend."""

from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Site

from content.models import StandardPage
from content.publishing import ensure_translations
from tests.content.api.seed import Seed, republish
from tests.contract.openapi import ApiClient
from tests.factories import make_event, make_standard_page
from tests.problems import assert_problem

pytestmark = pytest.mark.django_db


def titles(api: ApiClient, query: str) -> list[tuple[str, str]]:
    response = api.get(f"/api/v2/pages/?limit=100&{query}")
    assert response.status_code == 200, (query, response.content)
    return [(item["title"], item["meta"]["locale"]) for item in response.json()["items"]]


def test_list_filters_by_type_place_language_and_slug(seeded: Seed, api: ApiClient) -> None:
    home, home_es = ("Home", "en"), ("Inicio", "es")
    index, index_es = ("Events", "en"), ("Eventos", "es")
    about, about_es = ("About us", "en"), ("About us", "es")
    event, event_es = ("Django workshop", "en"), ("Django workshop", "es")
    english, spanish = {home, index, about, event}, {home_es, index_es, about_es, event_es}
    parent = seeded.event.get_parent()
    for query, expected in {
        "": english | spanish,
        "locale=*": english | spanish,
        "locale=en": english,
        "locale=es": spanish,
        "type=content.EventPage": {event, event_es},
        "type=content.EventPage,content.StandardPage": {event, event_es, about, about_es},
        "type=home.HomePage&locale=es": {home_es},
        f"child_of={seeded.home.pk}": {index, about},
        f"child_of={parent.pk}": {event},
        f"child_of={seeded.event.pk}": set(),
        f"descendant_of={seeded.home.pk}": english - {home},
        f"ancestor_of={seeded.event.pk}": {home, index},
        f"translation_of={seeded.event.pk}": {event_es},
        f"translation_of={seeded.event_es.pk}": {event},
        "slug=about": {about, about_es},
        "slug=about&locale=en": {about},
        f"descendant_of={seeded.home.pk}&type=content.EventPage&slug=about": set(),
        "search=learn+workshop": {event, event_es},
        "search=who+we&locale=es": {about_es},
        "search=nothing": set(),
    }.items():
        assert set(titles(api, query)) == expected, query


def test_list_orders_and_names_bad_types_and_ids(seeded: Seed, api: ApiClient) -> None:
    ids = [item["id"] for item in api.get("/api/v2/pages/").json()["items"]]
    assert ids == sorted(ids)
    assert [title for title, _ in titles(api, "order=title&locale=en")] == [
        *("About us", "Django workshop", "Events", "Home")
    ]
    assert titles(api, "order=-id") == titles(api, "order=id")[::-1]
    for name in ("child_of", "descendant_of", "ancestor_of", "translation_of"):
        for value in (seeded.draft.pk, 999_999_999, Page.get_first_root_node().pk):
            assert_problem(api.get(f"/api/v2/pages/?{name}={value}"), 400, parameters={name})
    for value in ("content.Nothing", "wagtailcore.Page", "content.EventPage,", "auth.Group"):
        assert_problem(api.get(f"/api/v2/pages/?type={value}"), 400, parameters={"type"})


def test_detail_has_the_shape_of_its_type(seeded: Seed, api: ApiClient) -> None:
    home = api.get(f"/api/v2/pages/{seeded.home.pk}/").json()
    assert home.keys() == {"id", "meta", "title", "sections"}
    assert (home["meta"]["path"], home["meta"]["parent"]) == ("/", None)
    assert home["meta"]["html_url"] == f"{settings.FRONTEND_URL}/"
    assert home["meta"]["type"] == "home.HomePage"
    about = api.get(f"/api/v2/pages/{seeded.about.pk}/").json()
    assert about.keys() == {"id", "meta", "title", "summary", "cover", "body"}
    assert about["summary"] == "Who we are"
    assert about["meta"]["type"] == "content.StandardPage"
    assert about["meta"]["parent"]["id"] == seeded.home.pk
    event = api.get(f"/api/v2/pages/{seeded.event.pk}/")
    assert event.json() == api.get(f"/api/v2/events/{seeded.event.pk}/").json()
    index = api.get(f"/api/v2/pages/{seeded.event.get_parent().pk}/").json()
    assert index.keys() == {"id", "meta", "title", "summary"}
    assert api.get(f"/api/v2/events/{seeded.about.pk}/").status_code == 404


def test_find_leads_to_the_page_in_either_language(seeded: Seed, api: ApiClient) -> None:
    base = f"{settings.PUBLIC_URL}/api/v2"
    for path, expected in {
        "/": f"pages/{seeded.home.pk}/",
        "": None,
        "/es/": f"pages/{seeded.home_es.pk}/",
        "/es": f"pages/{seeded.home_es.pk}/",
        "/about/": f"pages/{seeded.about.pk}/",
        "/about": f"pages/{seeded.about.pk}/",
        "/events/django-workshop/": f"events/{seeded.event.pk}/",
        "/es/eventos/django-workshop/": f"events/{seeded.event_es.pk}/",
        "/eventos/django-workshop/": None,
        "/es/events/django-workshop/": None,
        "/en/": None,
        "/home/": None,
        "/events/secret-plan/": None,
        "/nothing/": None,
    }.items():
        response = api.get("/api/v2/pages/find/", {"html_path": path})
        if expected:
            assert response.status_code == 302, path
            assert response.headers["Location"] == f"{base}/{expected}", path
        else:
            assert response.status_code == (404 if path else 400), path


def test_find_keeps_the_other_parameters(seeded: Seed, api: ApiClient) -> None:
    response = api.get("/api/v2/pages/find/?fields=_,title&html_path=/about/&x=%26")
    location = response.headers["Location"]
    assert location == (
        f"{settings.PUBLIC_URL}/api/v2/pages/{seeded.about.pk}/?fields=_%2Ctitle&x=%26"
    )


def resolve(api: ApiClient, path: str) -> Any:
    response = api.get("/api/v2/resolve/", {"path": path})
    if response.status_code == 404:
        assert_problem(response, 404)
        return None
    assert response.status_code == 200, (path, response.content)
    return response.json()


def test_resolve_answers_the_page_as_its_detail(seeded: Seed, api: ApiClient) -> None:
    for path, route in {
        "/": f"pages/{seeded.home.pk}",
        "/about/": f"pages/{seeded.about.pk}",
        "/about": f"pages/{seeded.about.pk}",
        "/about/?utm_source=mail": f"pages/{seeded.about.pk}",
        "/events/django-workshop/": f"events/{seeded.event.pk}",
        "/es/eventos/django-workshop/": f"events/{seeded.event_es.pk}",
    }.items():
        detail = api.get(f"/api/v2/{route}/").json()
        assert resolve(api, path) == {"kind": "page", "page": detail}, path
    for path in ("/nothing/", "/events/secret-plan/", "//", "/%00/", "/../about/", "/es/about/x"):
        found = resolve(api, path)
        assert found is None or path == "//", path


def test_page_with_a_name_in_another_script_is_found_encoded_or_not(
    seeded: Seed, api: ApiClient
) -> None:
    page = make_standard_page(seeded.home, title="Programación", slug="programación")
    for path in ("/programación/", quote("/programación/")):
        assert resolve(api, path)["page"]["id"] == page.pk


def redirected(to: str, *, permanent: bool = True) -> dict[str, Any]:
    return {"kind": "redirect", "to": to, "permanent": permanent}


def test_changed_slug_and_move_leave_redirects(
    seeded: Seed,
    api: ApiClient,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    page = make_standard_page(seeded.home, title="Team", slug="team")
    child = make_standard_page(page, title="History", slug="history")
    ensure_translations(page=page)
    with django_capture_on_commit_callbacks(execute=True):
        republish(page, slug="people")
    frontend = settings.FRONTEND_URL
    assert resolve(api, "/team/") == redirected(f"{frontend}/people/")
    assert resolve(api, "/team/history") == redirected(f"{frontend}/people/history/")
    with django_capture_on_commit_callbacks(execute=True):
        StandardPage.objects.get(pk=child.pk).move(seeded.about, pos="last-child")
    assert resolve(api, "/people/history/") == redirected(f"{frontend}/about/history/")
    assert resolve(api, "/about/history/")["page"]["id"] == child.pk
    StandardPage.objects.get(pk=page.pk).unpublish()
    assert resolve(api, "/team/") is None


def test_manual_redirects_lead_where_editors_said(seeded: Seed, api: ApiClient) -> None:
    about, event_es, site = seeded.about, seeded.event_es, Site.objects.get(is_default_site=True)
    frontend = settings.FRONTEND_URL
    add = Redirect.add_redirect
    add("/out", redirect_to="https://example.org/x", is_permanent=True)
    add("/inside", redirect_to="/about/#team", is_permanent=False)
    add("/temporary", redirect_to=about, is_permanent=False)
    add("/es/viejo", redirect_to=event_es, is_permanent=True)
    add("/search?b=2&a=1", redirect_to="https://example.org/found", is_permanent=True)
    add("/search", redirect_to="https://example.org/other", is_permanent=True)
    add("/secret", redirect_to=seeded.draft, is_permanent=True)
    add("/both", redirect_to="https://example.org/any", is_permanent=True)
    add("/both", redirect_to="https://example.org/site", is_permanent=True, site=site)
    for path, expected in {
        "/out": redirected("https://example.org/x"),
        "/out/": redirected("https://example.org/x"),
        "/inside/": redirected(f"{frontend}/about/#team", permanent=False),
        "/temporary": redirected(f"{frontend}/about/", permanent=False),
        "/es/viejo/": redirected(f"{frontend}/es/eventos/django-workshop/"),
        "/search/?a=1&b=2": redirected("https://example.org/found"),
        "/search/?a=1": redirected("https://example.org/other"),
        "/both": redirected("https://example.org/site"),
        "/secret": None,
    }.items():
        assert resolve(api, path) == expected, path


def test_redirects_are_listed_described_and_found(seeded: Seed, api: ApiClient) -> None:
    hidden = Redirect.add_redirect("/secret", redirect_to=seeded.draft)
    foreign = Site.objects.create(
        hostname="x.example", root_page=seeded.home, is_default_site=False
    )
    elsewhere = Redirect.add_redirect("/x", redirect_to="https://example.org/", site=foreign)
    first, base = seeded.redirect, f"{settings.PUBLIC_URL}/api/v2/redirects"
    second = Redirect.add_redirect("/a", redirect_to="https://example.org/a")
    item = {
        "id": first.pk,
        "meta": {"type": "wagtailredirects.Redirect", "detail_url": f"{base}/{first.pk}/"},
        "old_path": "/old-about",
        "location": f"{settings.FRONTEND_URL}/about/",
    }
    listed = api.get("/api/v2/redirects/").json()
    assert listed["meta"] == {"total_count": 2}
    assert listed["items"][0] == item == api.get(f"/api/v2/redirects/{first.pk}/").json()
    by_path = api.get("/api/v2/redirects/?order=old_path&limit=1").json()["items"]
    assert [one["id"] for one in by_path] == [second.pk]
    found = api.get("/api/v2/redirects/find/?html_path=/old-about/")
    assert (found.status_code, found.headers["Location"]) == (302, f"{base}/{first.pk}/")
    assert api.get("/api/v2/redirects/find/?html_path=/nothing").status_code == 404
    for one in (hidden, elsewhere):
        assert api.get(f"/api/v2/redirects/{one.pk}/").status_code == 404
        assert api.get(f"/api/v2/redirects/find/?html_path={one.old_path}").status_code == 404


def test_page_disappears_when_it_expires_before_anything_has_run(
    seeded: Seed, api: ApiClient
) -> None:
    event = make_event(title="Expiring", slug="expiring")
    assert resolve(api, "/events/expiring/")
    Page.objects.filter(pk=event.pk).update(expire_at=timezone.now())
    assert resolve(api, "/events/expiring/") is None
