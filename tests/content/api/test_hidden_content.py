"""Nothing that is not public is in any answer of any public route, nor shows in a count."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction

from cms.http.routes import is_public_api
from content.models import EventPage, Navigation
from content.publishing import ensure_translations
from home.models import HomePage
from tests.content.api.seed import Seed, action, republish, seed
from tests.contract.openapi import ApiClient, document
from tests.factories import (
    in_hours,
    jpeg,
    make_event,
    make_image,
    make_page,
    make_standard_page,
    make_testimonial,
)

pytestmark = pytest.mark.django_db

CANARY = "canary"
LISTS = [
    *("/api/v2/events/", "/api/v2/pages/", "/api/v2/testimonials/", "/api/v2/redirects/"),
    *("/api/events", "/api/testimonials"),
]


@dataclass
class Hidden:
    """What must not show, by its reason, and the public event that has a pending edit."""

    seeded: Seed
    public: EventPage
    pages: dict[str, Page] = field(default_factory=dict)
    testimonials: list[Any] = field(default_factory=list)
    deleted: list[int] = field(default_factory=list)
    documents: list[Any] = field(default_factory=list)
    before: dict[str, bytes] = field(default_factory=dict)
    after: dict[str, bytes] = field(default_factory=dict)

    @property
    def page_ids(self) -> list[int]:
        return [page.pk for page in self.pages.values()] + self.deleted


@pytest.fixture
def hidden(db: None) -> Hidden:
    made = Hidden(seed(), make_event(title="Public", slug="public", tags=["open"]))
    made.before = answers(made)
    hide_pages(made)
    hide_testimonials(made)
    made.after = answers(made)
    use_hidden_things(made)
    return made


def answers(made: Hidden) -> dict[str, bytes]:
    """The bodies of all lists and of some details."""
    paths = [f"{path}?limit=100" for path in LISTS]
    paths += [f"/api/v2/{name}/?limit=100&fields=*&locale=*" for name in ("events", "pages")]
    paths += ["/api/v2/site/", f"/api/v2/pages/{made.seeded.home.pk}/"]
    paths += [f"/api/v2/events/{made.public.pk}/", "/api/v2/testimonials/?locale=*"]
    return {path: ApiClient().get(path).content for path in paths}


def words(reason: str) -> dict[str, Any]:
    """Values of a page that give it away, in every field."""
    mark = f"{CANARY}{reason}"
    texts = {name: f"{mark} {name}" for name in ("title", "seo_title", "search_description")}
    return {**texts, "slug": mark, "summary": f"{mark} summary"}


def hidden_event(reason: str, *, publish: bool = True, **values: Any) -> EventPage:
    mark = f"{CANARY}{reason}"
    speakers = [{"name": f"{mark} speaker"}]
    own = {"venue_name": f"{mark} venue", "featured": True, **words(reason), **values}
    return make_event(publish=publish, tags=[f"{mark}tag"], speakers=speakers, **own)


def hide_pages(made: Hidden) -> None:
    pages, home = made.pages, made.seeded.home
    pages["draft"] = hidden_event("draft", publish=False)
    pages["scheduled"] = hidden_event("scheduled", publish=False, go_live_at=in_hours(5))
    pages["scheduled"].get_latest_revision().publish()
    pages["expired"] = hidden_event("expired")
    Page.objects.filter(pk=pages["expired"].pk).update(expire_at=timezone.now())
    pages["unpublished"] = hidden_event("unpublished")
    pages["unpublished"].unpublish()
    pages["restricted"] = make_standard_page(home, **words("restricted"))
    pages["below restricted"] = make_standard_page(pages["restricted"], **words("belowprivate"))
    pages["login"] = hidden_event("login")
    pages["parent"] = make_standard_page(home, **words("parent"))
    pages["below unpublished"] = make_standard_page(pages["parent"], **words("belowdraft"))
    pages["lapsed"] = make_standard_page(home, **words("lapsed"))
    pages["below expired"] = make_standard_page(pages["lapsed"], **words("belowlapsed"))
    Page.objects.filter(pk=pages["parent"].pk).update(live=False)
    past = timezone.now() - timedelta(hours=1)
    Page.objects.filter(pk=pages["lapsed"].pk).update(expire_at=past)
    for name, page in list(pages.items()):
        for alias in ensure_translations(page=Page.objects.get(pk=page.pk).specific):
            pages[f"{name} in Spanish"] = alias
    # Only the sources: editors expect an alias to be as private as what it repeats.
    for name in ("restricted", "login"):
        PageViewRestriction.objects.create(page=pages[name], restriction_type=name_of(name))
    other_root = make_page(
        HomePage, Page.get_first_root_node(), title="canaryother", slug="canaryother"
    )
    pages["other root"] = other_root
    pages["outside"] = make_standard_page(other_root, **words("outside"))
    deleted = hidden_event("deleted")
    made.deleted.append(deleted.pk)
    deleted.delete()
    edited = EventPage.objects.get(pk=made.public.pk)
    for name, value in words("pending").items():
        setattr(edited, name, value)
    edited.tags.add("canarypendingtag")
    edited.save_revision()


def name_of(restriction: str) -> str:
    kinds = {"restricted": PageViewRestriction.PASSWORD, "login": PageViewRestriction.LOGIN}
    return str(kinds[restriction])


def hide_testimonials(made: Hidden) -> None:
    marked = {"author_name": "canary author", "quote": "canary quote", "featured": True}
    draft = make_testimonial(publish=False, **marked)
    withdrawn = make_testimonial(**marked)
    withdrawn.unpublish()
    expired = make_testimonial(expire_at=in_hours(1), **marked)
    type(expired).objects.filter(pk=expired.pk).update(expire_at=timezone.now())
    edited = made.seeded.testimonial
    live_quote = edited.quote
    edited.quote = "canary pending"
    edited.save_revision()
    edited.quote = live_quote
    made.testimonials += [draft, withdrawn, expired]


def private_files() -> tuple[list[Any], list[Any]]:
    """Pictures and documents of a private collection and of the one below it."""
    private = Collection.get_first_root_node().add_child(name="Private")
    below = private.add_child(name="Below")
    CollectionViewRestriction.objects.create(
        collection=private, restriction_type=CollectionViewRestriction.LOGIN
    )
    pictures = [
        make_image(jpeg(), "canary.jpg", description="canary picture", collection=collection)
        for collection in (private, below)
    ]
    documents = [
        get_document_model().objects.create(
            title="canary document",
            file=ContentFile(b"canary", name="canary.txt"),
            collection=collection,
        )
        for collection in (private, below)
    ]
    return pictures, documents


def use_hidden_things(made: Hidden) -> None:
    """Public pages lead to everything that is hidden: links, covers, blocks, redirects, menus."""
    pictures, made.documents = private_files()
    pages = list(made.pages.values())
    links = "".join(f'<a linktype="page" id="{one}">x</a>' for one in made.page_ids)
    links += "".join(f'<a linktype="document" id="{one.pk}">y</a>' for one in made.documents)
    body: list[tuple[str, Any]] = [("rich_text", f"<p>{links}</p>")]
    body += [("image", {"image": one, "caption": ""}) for one in pictures]
    gallery = [{"image": one, "caption": ""} for one in pictures]
    body.append(("gallery", {"heading": "", "images": gallery}))
    body += [("document", {"document": one, "title": ""}) for one in made.documents]
    body += [("call_to_action", action("Go", page=page)) for page in pages]
    uses = make_event(
        title="Uses",
        slug="uses",
        body=body,
        cover=pictures[0],
        social_image=pictures[1],
        speakers=[{"name": "Ana", "photo": pictures[1]}],
    )
    for alias in ensure_translations(page=uses):
        assert alias.live
    home = made.seeded.home
    choices = {"heading": "H", "limit": 12, "mode": "selected"}
    chosen = [("events", {**choices, "selected": [p for p in pages if isinstance(p, EventPage)]})]
    chosen.append(("testimonials", {**choices, "selected": made.testimonials}))
    for kind in ("featured", "upcoming"):
        name = "events" if kind == "upcoming" else "testimonials"
        chosen.append((name, {**choices, "mode": kind, "selected": []}))
    republish(home, sections=chosen)
    for navigation in Navigation.objects.all():
        entries = [{"label": "x", "page": page, "url": ""} for page in pages]
        navigation.items = [("item", {**entry, "children": entries}) for entry in entries]
        navigation.footer_links = [("link", entry) for entry in entries]
        navigation.footer_text = links
        navigation.seo_image = pictures[0]
        navigation.save()
    for page in pages:
        Redirect.add_redirect(f"/canary-old-{page.pk}", redirect_to=page)


def frontend_path(page: Page) -> str:
    path = page.url_path.replace("/home-es/", "/es/", 1).replace("/home/", "/", 1)
    return str(path)


def list_queries(hidden: Hidden, parameters: set[str]) -> Iterator[str]:
    """Query strings of one list that try to reach what is hidden."""
    yield "limit=100"
    for name, values in {
        "fields": ["*"],
        "locale": ["en", "es", "*"],
        "search": ["canar", "canary+title", "x"],
        "order": ["title", "-title", "id", "old_path", "first_published_at"],
        "when": ["upcoming", "ongoing", "past"],
        "tag": [f"{page.slug}tag" for page in hidden.pages.values()] + ["canarypendingtag"],
        "slug": [page.slug for page in hidden.pages.values()] + ["canarypending"],
        "featured": ["true"],
        "type": ["content.EventPage", "content.StandardPage", "home.HomePage"],
        "child_of": hidden.page_ids,
        "descendant_of": hidden.page_ids,
        "ancestor_of": hidden.page_ids,
        "translation_of": hidden.page_ids,
        "starts_after": ["2000-01-01"],
    }.items():
        if name in parameters:
            yield from (f"{name}={value}&limit=100" for value in values)
    if "search" in parameters:
        yield "search=canar&fields=*&locale=*&limit=100"


def requests(hidden: Hidden) -> Iterator[str]:
    for path, methods in document()["paths"].items():
        if "get" not in methods or not is_public_api(path):
            continue
        names = {one["name"] for one in methods["get"].get("parameters", [])}
        if "{id}" in path:
            ids = [*hidden.page_ids, *(one.pk for one in hidden.testimonials)]
            yield from (path.replace("{id}", str(one)) for one in ids)
        elif "{owner}" in path:
            yield path.replace("{owner}", "example-lab").replace("{name}", "tool.js")
        elif {"html_path", "path"} & names:
            name = next(iter({"html_path", "path"} & names))
            for page in hidden.pages.values():
                yield f"{path}?{name}={frontend_path(page)}"
                yield f"{path}?{name}=/canary-old-{page.pk}"
        elif path.endswith(".ics"):
            yield path
            yield from (f"{path}?search={word}" for word in ("canar", "x"))
        else:
            yield from (f"{path}?{query}" for query in list_queries(hidden, names))


def test_hidden_things_change_no_answer_at_all(hidden: Hidden) -> None:
    assert len(hidden.before) > 10
    for path, body in hidden.before.items():
        assert hidden.after[path] == body, path


def test_no_answer_of_any_route_has_anything_hidden(hidden: Hidden, api: ApiClient) -> None:
    assert len(hidden.pages) >= 20
    count, leaks = 0, []
    for request in requests(hidden):
        response = api.get(request)
        count += 1
        assert response.status_code in (200, 302, 400, 401, 404), request
        text = response.content.decode() + str(dict(response.headers))
        if CANARY in text.lower():
            place = text.lower().index(CANARY)
            leaks.append(f"{request}: …{text[max(0, place - 80) : place + 60]}…")
    assert count > 500
    assert not leaks, "\n".join(leaks)


def test_hidden_pages_are_as_if_they_did_not_exist(hidden: Hidden, api: ApiClient) -> None:
    errors_of_nothing = {
        name: api.get(f"/api/v2/pages/?{name}=999999999").json()["errors"]
        for name in ("child_of", "descendant_of", "ancestor_of", "translation_of")
    }
    for reason, page in hidden.pages.items():
        for path in (
            f"/api/v2/pages/{page.pk}/",
            f"/api/v2/events/{page.pk}/",
            f"/api/v2/events/{page.pk}/calendar.ics",
            f"/api/v2/pages/find/?html_path={frontend_path(page)}",
            f"/api/v2/resolve/?path={frontend_path(page)}",
            f"/api/v2/resolve/?path=/canary-old-{page.pk}",
            f"/api/v2/redirects/find/?html_path=/canary-old-{page.pk}",
        ):
            assert api.get(path).status_code == 404, (reason, path)
        for name, errors in errors_of_nothing.items():
            there = api.get(f"/api/v2/pages/?{name}={page.pk}").json()
            assert there["errors"] == errors, (reason, name)
        for path in ("/api/v2/events/", "/api/v2/pages/"):
            for query in (f"slug={page.slug}&locale=*", f"search={page.slug}&locale=*"):
                total = api.get(f"{path}?{query}").json()["meta"]["total_count"]
                assert total == 0, (reason, path, query)


def test_what_uses_hidden_things_is_whole_without_them(hidden: Hidden, api: ApiClient) -> None:
    uses = api.get("/api/v2/events/?slug=uses&fields=*").json()["items"][0]
    assert uses["cover"] is uses["meta"]["social_image"] is None
    assert uses["speakers"][0]["photo"] is None
    assert "image" not in uses["json_ld"]
    assert [block["type"] for block in uses["body"]] == ["rich_text", "gallery"]
    assert "href" not in uses["body"][0]["value"]
    assert uses["body"][1]["value"]["images"] == []
    for locale in ("en", "es"):
        site = api.get(f"/api/v2/site/?locale={locale}").json()
        assert site["navigation"] == site["footer"]["links"] == []
        assert site["seo"]["image"] is None
    sections = api.get(f"/api/v2/pages/{hidden.seeded.home.pk}/").json()["sections"]
    assert [len(section["value"]["items"]) for section in sections] == [0, 0, 1, 3]
    for private in hidden.documents:
        assert api.get(private.url).status_code == 302
