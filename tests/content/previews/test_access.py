"""Who may look at a draft, what the admin shows for it, and what may never be in the answer."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import LazySettings
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupPagePermission, Locale, Page, PageViewRestriction, Site
from wagtail.users.models import UserProfile

from cms.models import User
from cms.settings.content_security import admin_policy
from content.models import EventPage, Navigation, Preview, StandardPage, Testimonial
from content.publishing import submit_for_moderation
from home.models import HomePage
from tests.content.admin.conftest import member
from tests.content.api.seed import body
from tests.content.previews import forms
from tests.content.previews.desk import Desk, Frame, snippet_url
from tests.factories import (
    event_index,
    make_document,
    make_event,
    make_image,
    make_standard_page,
    make_testimonial,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(site: Site) -> Desk:
    return Desk(member("Editors"))


@pytest.fixture
def stranger(site: Site) -> Client:
    """Somebody who works in the admin, in another part of the site."""
    user = member("Editors")
    user.groups.clear()
    group = user.groups.create(name="Conduct")
    group.permissions.add(*_permissions("wagtailadmin.access_admin"))
    about = make_standard_page(HomePage.objects.get(locale__language_code="en"), slug="theirs")
    GroupPagePermission.objects.create(
        group=group, page=about, permission=_permissions("wagtailcore.change_page")[0]
    )
    client = Client()
    client.force_login(user)
    return client


def _permissions(*names: str) -> list[Any]:
    found = []
    for name in names:
        app, codename = name.split(".")
        found.append(Permission.objects.get(content_type__app_label=app, codename=codename))
    return found


def preview_addresses() -> dict[str, str]:
    event, testimonial = make_event(), make_testimonial()
    navigation = Navigation.objects.get(locale__language_code="en")
    pages = "wagtailadmin_pages"
    revision = event.latest_revision_id
    index = event_index()
    return {
        "page": reverse(f"{pages}:preview_on_edit", args=[event.pk]),
        "new page": reverse(f"{pages}:preview_on_add", args=["content", "eventpage", index.pk]),
        "draft": reverse(f"{pages}:view_draft", args=[event.pk]),
        "version": reverse(f"{pages}:revisions_view", args=[event.pk, revision]),
        "testimonial": snippet_url(testimonial, "preview_on_edit", testimonial.pk),
        "new testimonial": snippet_url(testimonial, "preview_on_add"),
        "version of testimonial": snippet_url(
            testimonial, "revisions_view", testimonial.pk, testimonial.latest_revision_id
        ),
        "navigation": snippet_url(navigation, "preview_on_edit", navigation.pk),
    }


def test_who_may_not_edit_gets_no_preview_of_it(stranger: Client) -> None:
    for name, url in preview_addresses().items():
        for client in (stranger, Client()):
            assert client.get(url).status_code == 302, name
            assert client.post(url, forms.event_form()).status_code in (302, 403, 405), name
    assert not Preview.objects.exists()


def test_editor_of_another_part_previews_their_own(stranger: Client) -> None:
    own = StandardPage.objects.get(slug="theirs")
    url = reverse("wagtailadmin_pages:preview_on_edit", args=[own.pk])
    assert stranger.post(url, forms.standard_page_form()).json()["is_available"]
    assert Frame.of(stranger.get(url)).read()["id"] == own.pk


def test_version_of_another_object_is_not_shown(desk: Desk) -> None:
    event, other = make_event(), make_event()
    url = reverse("wagtailadmin_pages:revisions_view", args=[event.pk, other.latest_revision_id])
    assert desk.client.get(url).status_code == 404
    one, two = make_testimonial(), make_testimonial()
    url = snippet_url(one, "revisions_view", one.pk, two.latest_revision_id)
    assert desk.client.get(url).status_code == 404
    assert not Preview.objects.exists()


def test_moderator_previews_what_awaits_approval(site: Site) -> None:
    author, desk = member("Editors"), Desk(member("Moderators"))
    event = make_event(title="Waiting", publish=False)
    testimonial = make_testimonial(publish=False)
    submit_for_moderation(instance=event, user=author)
    submit_for_moderation(instance=testimonial, user=author)
    task = event.current_workflow_task
    url = reverse("wagtailadmin_pages:workflow_preview", args=[event.pk, task.pk])
    assert Frame.of(desk.client.get(url)).read()["title"] == "Waiting"
    task = testimonial.current_workflow_task
    url = snippet_url(testimonial, "workflow_preview", testimonial.pk, task.pk)
    assert Frame.of(desk.client.get(url)).read()["quote"] == testimonial.quote


def test_mode_that_there_is_not_is_not_found(desk: Desk) -> None:
    url = reverse("wagtailadmin_pages:view_draft", args=[make_event().pk])
    for mode in ("CARD", "card ", "x" * 500, "None"):
        assert desk.client.get(url, {"mode": mode}).status_code == 404
    assert desk.view_draft(make_event(), mode="card").parameters["mode"] == "card"


def test_form_offers_its_modes_and_a_panel(desk: Desk) -> None:
    event = make_event()
    html = desk.client.get(reverse("wagtailadmin_pages:edit", args=[event.pk])).content
    page = BeautifulSoup(html, "html.parser")
    options = page.select("select[name=preview_mode] option")
    assert [option.text for option in options] == ["Event page", "In lists"]
    testimonial = make_testimonial()
    for url in (
        snippet_url(testimonial, "edit", testimonial.pk),
        snippet_url(Testimonial, "add"),
        reverse("wagtailadmin_pages:add", args=["content", "eventpage", event_index().pk]),
    ):
        page = BeautifulSoup(desk.client.get(url).content, "html.parser")
        assert page.select("[data-side-panel=preview] iframe"), url


def test_form_of_a_new_testimonial_is_previewed_in_the_language_it_is_in(desk: Desk) -> None:
    url = snippet_url(Testimonial, "add")
    page = BeautifulSoup(desk.client.get(url, {"locale": "es"}).content, "html.parser")
    panel = page.select_one("[data-controller=w-preview]")
    assert panel is not None
    assert (
        panel["data-w-preview-url-value"]
        == f"{snippet_url(Testimonial, 'preview_on_add')}?locale=es"
    )


def test_frame_is_all_that_the_admin_shows(desk: Desk, settings: LazySettings) -> None:
    event = make_event(title='"><script>alert(1)</script>')
    UserProfile.objects.create(user=desk.user, preferred_language="es")
    response = desk.client.get(reverse("wagtailadmin_pages:view_draft", args=[event.pk]))
    page = BeautifulSoup(response.content, "html.parser")
    frame = page.select_one("iframe")
    assert frame is not None
    assert str(frame["src"]).startswith(f"{settings.FRONTEND_URL}/preview?content_type=")
    assert frame["referrerpolicy"] == "no-referrer"
    assert "allow-top-navigation" not in frame["sandbox"]
    assert page.html is not None
    assert page.html["lang"] == "es"
    assert frame["title"] == f"Vista previa: {event.title}"
    assert [script.get("src") for script in page.select("script")] == ["/static/content/preview.js"]
    assert f"frame-src 'self' {settings.FRONTEND_URL}" in response["Content-Security-Policy"]
    assert "private" in response["Cache-Control"]


def test_admin_may_frame_the_frontend_whatever_other_origins_are_listed() -> None:
    policy = admin_policy(["https://other.example.org", "https://www.example.org"])
    assert policy["DIRECTIVES"]["frame-src"][1:] == [
        "https://other.example.org",
        "https://www.example.org",
    ]


def test_frontend_may_live_below_a_path(desk: Desk, site: Site, settings: LazySettings) -> None:
    event = make_event(slug="meetup")
    settings.FRONTEND_URL = f"{site.root_url}/lab"
    settings.WAGTAIL_HEADLESS_PREVIEW = {
        **settings.WAGTAIL_HEADLESS_PREVIEW,
        "CLIENT_URLS": {"default": f"{site.root_url}/lab/preview"},
    }
    frame = desk.view_draft(event)
    assert frame.url.startswith(f"{site.root_url}/lab/preview?")
    address = f"{site.root_url}/lab/events/meetup/"
    assert frame.read()["meta"]["html_url"] == address
    assert event.url == event.full_url == address
    assert desk.client.get("/events/meetup/")["Location"] == address


def test_links_in_the_admin_lead_to_the_frontend(desk: Desk, site: Site) -> None:
    make_event(slug="meetup")
    html = desk.client.get(reverse("wagtailadmin_explore", args=[event_index().pk])).content
    links = [link["href"] for link in BeautifulSoup(html, "html.parser").select("a[href]")]
    assert f"{site.root_url}/events/meetup/" in links
    spanish = event_index("es")
    assert spanish.url == f"{site.root_url}/es/{spanish.slug}/"


def test_site_that_names_this_host_is_no_circle(desk: Desk, site: Site) -> None:
    event = make_event(slug="meetup")
    Site.objects.update(hostname="testserver", port=80)
    Site.clear_site_root_paths_cache()
    assert desk.client.get("/events/meetup/").status_code == 404
    assert desk.view_draft(event).read()["id"] == event.pk


def test_without_any_site_there_is_still_a_preview(desk: Desk) -> None:
    event, testimonial = make_event(), make_testimonial()
    Site.objects.all().delete()
    Site.clear_site_root_paths_cache()
    assert event.url is None
    document = desk.view_draft(event).read()
    assert (document["id"], document["meta"]["path"]) == (event.pk, "")
    assert desk.edit_snippet(testimonial, forms.testimonial_form()).read()["rating"] == 4


def test_page_outside_of_the_site_and_in_a_language_without_landing_page(desk: Desk) -> None:
    User.objects.filter(pk=desk.user.pk).update(is_superuser=True)
    root = Page.objects.get(depth=1)
    outside = HomePage(
        title="Elsewhere", slug="elsewhere", locale=Locale.objects.get(language_code="en")
    )
    root.add_child(instance=outside)
    language = Locale.objects.create(language_code="fr")
    french = StandardPage(title="Bonjour", slug="bonjour", locale=language)
    outside.add_child(instance=french)
    for page in (outside, french):
        document = desk.view_draft(page).read()
        assert (document["title"], document["meta"]["path"]) == (page.title, "")
        assert document["meta"]["html_url"] == ""


@pytest.mark.parametrize("slug", ["api", "admin", "healthz", "static"])
def test_page_whose_address_means_something_here_is_previewed(desk: Desk, slug: str) -> None:
    home = HomePage.objects.get(locale__language_code="en")
    page = make_standard_page(home, slug=slug, title="Taken")
    assert desk.view_draft(page).read()["title"] == "Taken"


def test_answer_has_nothing_hidden_in_it(desk: Desk) -> None:
    """Drafts, restricted pages and private files that a draft names are left out as in public."""
    home = HomePage.objects.get(locale__language_code="en")
    canaries = {
        "draft": make_standard_page(home, title="CANARY draft", slug="canary-a", publish=False),
        "restricted": make_standard_page(home, title="CANARY restricted", slug="canary-b"),
    }
    PageViewRestriction.objects.create(
        page=canaries["restricted"], restriction_type=PageViewRestriction.LOGIN
    )
    make_event(title="CANARY event", slug="canary-c", publish=False)
    make_testimonial(author_name="CANARY author", publish=False)
    picture, document = make_image(), make_document()
    for number, hidden in enumerate(canaries.values()):
        # The words of a link are those of whoever typed it.
        hidden.title = "a page"
        page = make_standard_page(
            home,
            slug=f"links-{number}",
            body=body(home, hidden, picture, document),
            publish=False,
        )
        answer = desk.view_draft(page).ask().content.decode()
        assert "Join us" in answer
        assert "CANARY" not in answer
        assert "canary-" not in answer
    child = make_standard_page(canaries["draft"], title="Below", slug="below")
    assert desk.view_draft(child).read()["meta"]["parent"] is None
    landing = desk.view_draft(home).ask().content.decode()
    assert "CANARY" not in landing


def test_preview_of_one_event_shows_no_other_draft(desk: Desk) -> None:
    event = make_event(title="Open")
    secret = make_event(title="CANARY secret", slug="canary", publish=False)
    desk.view_draft(secret)
    desk.edit_page(event, forms.event_form(title="CANARY typed"))
    answer = desk.view_draft(event).ask().content.decode()
    assert "CANARY" not in answer
    assert EventPage.objects.get(pk=event.pk).title == "Open"
