"""What surrounds the work: menu, dashboard, name of the site, notices about translations."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale, Site

from content.models import EventIndexPage, SiteImage, SiteSettings
from content.publishing import publish
from tests.content.admin.conftest import MakeEvent

pytestmark = pytest.mark.django_db

DASHBOARD = "wagtailadmin_home"


def menu_labels(client: Client) -> list[str]:
    page = client.get(reverse(DASHBOARD)).content.decode()
    found = re.search(r'id="wagtail-sidebar-props"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert found
    return re.findall(r'"label": "([^"]+)"', json.dumps(json.loads(found.group(1))))


def test_menu_of_editors_begins_with_their_work(as_editor: Client) -> None:
    labels = menu_labels(as_editor)
    work = ["Events", "Testimonials", "Pages", "Images", "Documents", "Navigation", "Reports"]
    assert [label for label in labels if label in work] == work
    assert not {"Snippets", "Help", "Settings", "Page types usage"} & set(labels)


def test_moderators_may_also_change_the_settings_of_the_site(as_moderator: Client) -> None:
    labels = menu_labels(as_moderator)
    assert {"Settings", "Site name, logo and contact"} <= set(labels)


def test_dashboard_lists_the_next_events_with_their_state(
    as_editor: Client, make_event: MakeEvent
) -> None:
    make_event("Later")
    make_event("Unfinished", draft=True, event_status="postponed")
    page = as_editor.get(reverse(DASHBOARD)).content.decode()
    panel = page[page.index("Next events") :]
    for words in ("Later", "Unfinished", "Postponed, new date not known yet", "Add event"):
        assert words in panel


def test_admin_carries_the_name_and_logo_of_the_site(
    as_editor: Client, client: Client, site: Site, image: SiteImage
) -> None:
    SiteSettings.objects.update_or_create(
        site=site, defaults={"name": "Taller Abierto", "logo": image}
    )
    page = as_editor.get(reverse(DASHBOARD)).content.decode()
    assert "- Taller Abierto</title>" in page
    assert image.renditions.get(filter_spec="width-160|format-webp").url in page
    client.logout()
    assert "Sign in to Taller Abierto" in client.get(reverse("wagtailadmin_login")).content.decode()


def test_editor_of_a_translation_hears_of_a_newer_original(as_editor: Client) -> None:
    source = EventIndexPage.objects.get(locale__language_code="en")
    translation = source.get_translation(Locale.objects.get(language_code="es"))
    translation.save_revision()
    url = reverse("wagtailadmin_pages:edit", args=[translation.pk])
    notice = "The original of this translation was published"
    assert notice not in as_editor.get(url).content.decode()
    source.title = "All events"
    source.save_revision()
    publish(instance=source)
    answer = as_editor.get(url).content.decode()
    assert notice in answer
    assert reverse("wagtailadmin_pages:edit", args=[source.pk]) in answer
    translation.save_revision()
    assert notice not in as_editor.get(url).content.decode()
