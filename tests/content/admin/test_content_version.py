"""What editors do, and whether the next public answer has to be another one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    Locale,
    Page,
    PageViewRestriction,
    Site,
)
from wagtail.test.utils.form_data import (
    inline_formset,
    nested_form_data,
    rich_text,
    streamfield,
)

from cms.models import ContentChange, User
from content.models import (
    EventPage,
    Navigation,
    SiteImage,
    SiteSettings,
    Speaker,
    StandardPage,
    Testimonial,
)
from tests.content.admin.steps import form_data
from tests.content.admin.world import World, forget_changes
from tests.factories import (
    event_index,
    make_standard_page,
    make_testimonial,
    png,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(site: Site) -> World:
    return World(site)


Step = Callable[[World], object]


def copy(world: World, **options: str) -> None:
    index = event_index()
    form = {"new_title": "Again", "new_slug": "again", "new_parent_page": str(index.pk)}
    world.admin.post("copy", world.event.pk, data={**form, **options})
    assert EventPage.objects.filter(slug="again").exists()


def move(world: World) -> None:
    other = make_standard_page(world.home, title="Other")
    forget_changes()
    world.admin.post("move_confirm", world.page.pk, other.pk)


def go_live_on_schedule(world: World) -> None:
    due = (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%d %H:%M")
    world.admin.publish(world.draft, "Unfinished", go_live_at=due)
    forget_changes()
    scheduled = world.draft.revisions.get(approved_go_live_at__isnull=False)
    scheduled.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    scheduled.content["go_live_at"] = scheduled.approved_go_live_at.isoformat()
    scheduled.save()
    call_command("publish_scheduled")
    world.draft.refresh_from_db()
    assert world.draft.live


def expire(world: World) -> None:
    # The public stops showing it at that moment; what is counted here is the worker's part.
    Page.objects.filter(pk=world.page.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    forget_changes()
    call_command("publish_scheduled")
    world.page.refresh_from_db()
    assert not world.page.live


def restrict_page(world: World) -> None:
    world.client.post(
        reverse("wagtailadmin_pages:set_privacy", args=[world.page.pk]),
        {"restriction_type": "login", "password": "", "groups": []},
    )
    assert PageViewRestriction.objects.exists()


def make_page_public(world: World) -> None:
    PageViewRestriction.objects.create(page=world.page, restriction_type="login")
    forget_changes()
    world.client.post(
        reverse("wagtailadmin_pages:set_privacy", args=[world.page.pk]),
        {"restriction_type": "none", "password": "", "groups": []},
    )
    assert not PageViewRestriction.objects.exists()


def restrict_collection(world: World) -> None:
    world.client.post(
        reverse("wagtailadmin_collections:set_privacy", args=[world.collection.pk]),
        {"restriction_type": "login", "password": "", "groups": []},
    )
    assert CollectionViewRestriction.objects.exists()


def edit_image(world: World, **changes: Any) -> None:
    fields = {
        "title": world.image.title,
        "description": world.image.description,
        "collection": str(world.image.collection_id),
        "tags": "",
    }
    world.post("wagtailimages:edit", world.image.pk, **{**fields, **changes})


def new_file(world: World) -> None:
    edit_image(world, file=SimpleUploadedFile("new.png", png((80, 60)), "image/png"))
    assert SiteImage.objects.get(pk=world.image.pk).width == 80


def focal_point(world: World) -> None:
    point = {"focal_point_x": "9", "focal_point_y": "9"}
    edit_image(world, **point, focal_point_width="5", focal_point_height="5")
    assert SiteImage.objects.get(pk=world.image.pk).focal_point_x == 9


def edit_document(world: World) -> None:
    fields = {"title": "Minutes", "collection": str(world.document.collection_id), "tags": ""}
    world.post("wagtaildocs:edit", world.document.pk, **fields)


def save_redirect(world: World, name: str, *args: Any) -> None:
    fields = {"old_path": "/older", "site": "", "redirect_link": "https://www.example.org/"}
    world.post(f"wagtailredirects:{name}", *args, **fields)
    assert Redirect.objects.filter(old_path="/older").exists()


def change_site_settings(world: World) -> None:
    fields = nested_form_data(
        {
            "name": "Taller Abierto",
            "contact_email": "hello@example.org",
            "logo": "",
            "social_links": streamfield([]),
        }
    )
    world.post("wagtailsettings:edit", "content", "sitesettings", world.site.pk, **fields)
    assert SiteSettings.objects.get().name == "Taller Abierto"


def publish_navigation(world: World, **action: str) -> None:
    navigation = Navigation.objects.get(locale__language_code="en")
    fields = nested_form_data(
        {
            "tagline": "For everybody",
            "items": streamfield([]),
            "footer_text": rich_text("<p>Calle 33</p>"),
            "footer_links": streamfield([]),
            "seo_title": "",
            "seo_description": "",
            "seo_image": "",
            **action,
        }
    )
    world.post("wagtailsnippets_content_navigation:edit", navigation.pk, **fields)
    assert Navigation.objects.get(pk=navigation.pk).latest_revision is not None


def change_site_record(world: World) -> None:
    fields = {
        "hostname": "www.example.org",
        "port": "443",
        "site_name": "",
        "is_default_site": "on",
    }
    world.post("wagtailsites:edit", world.site.pk, root_page=world.home.pk, **fields)
    assert Site.objects.get().hostname == "www.example.org"


def delete_locale(world: World) -> None:
    spare = Locale.objects.create(language_code="fr")
    forget_changes()
    spare.delete()


def reorder(world: World) -> None:
    make_testimonial()
    last = make_testimonial()
    forget_changes()
    url = reverse("wagtailsnippets_content_testimonial:reorder", args=[last.pk])
    assert world.client.post(f"{url}?position=0").status_code == 200


def delete_snippet(world: World) -> None:
    world.post("wagtailsnippets_content_testimonial:delete", world.first.pk)
    assert not Testimonial.objects.filter(pk=world.first.pk).exists()


CHANGES: dict[str, Step] = {
    "publish a draft": lambda w: w.admin.publish(w.draft, "Unfinished"),
    "publish an edit": lambda w: w.admin.publish(w.event, summary="New"),
    "publish another slug": lambda w: w.admin.publish(w.event, slug="elsewhere"),
    "publish another tag": lambda w: w.admin.publish(w.event, tags="django"),
    "unpublish": lambda w: w.admin.post("unpublish", w.event.pk),
    "delete": lambda w: w.admin.post("delete", w.event.pk),
    "publish several": lambda w: w.admin.bulk("publish", w.draft),
    "unpublish several": lambda w: w.admin.bulk("unpublish", w.event),
    "delete several": lambda w: w.admin.bulk("delete", w.event),
    "copy what is published": lambda w: copy(w, publish_copies="on"),
    "copy as an alias": lambda w: copy(w, alias="on"),
    "move": move,
    "schedule coming due": go_live_on_schedule,
    "expiry": expire,
    "restrict a page": restrict_page,
    "make a page public": make_page_public,
    "restrict a collection": restrict_collection,
    "publish a testimonial": lambda w: w.testimonial("edit", w.first, **{"action-publish": "on"}),
    "unpublish a testimonial": lambda w: w.testimonial("unpublish", w.first),
    "reorder testimonials": reorder,
    "delete a testimonial": delete_snippet,
    "another alternative text": lambda w: edit_image(w, description="A boat"),
    "another focal point": focal_point,
    "another file": new_file,
    "delete an image": lambda w: w.post("wagtailimages:delete", w.image.pk),
    "rename a document": edit_document,
    "delete a document": lambda w: w.post("wagtaildocs:delete", w.document.pk),
    "add a redirect": lambda w: save_redirect(w, "add"),
    "change a redirect": lambda w: save_redirect(w, "edit", w.redirect.pk),
    "delete a redirect": lambda w: w.post("wagtailredirects:delete", w.redirect.pk),
    "site settings": change_site_settings,
    "publish navigation": lambda w: publish_navigation(w, **{"action-publish": "on"}),
    "site record": change_site_record,
    "add a language": lambda w: Locale.objects.create(language_code="fr"),
    "delete a language": delete_locale,
    "rename a tag": lambda w: w.event.tags.filter(name="python").update(name="Python 3"),
    "update in SQL": lambda w: StandardPage.objects.filter(pk=w.page.pk).update(summary="New"),
    "update of a part": lambda w: Speaker.objects.filter(page=w.event).update(name="Eva"),
    "command": lambda w: call_command("bump_content_version"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_change_makes_answers_anew(world: World, name: str) -> None:
    CHANGES[name](world)
    assert ContentChange.objects.exists()


def autosave(world: World) -> None:
    url = reverse("wagtailadmin_pages:edit", args=[world.event.pk])
    data = form_data("Meetup", summary="Half a sen")
    answer = world.client.post(url, data, headers={"Accept": "application/json"})
    assert answer.json()["success"] is True
    world.event.refresh_from_db()
    assert world.event.get_latest_revision().content["summary"] == "Half a sen"


def fail_validation(world: World) -> None:
    data = {**form_data("Meetup", slug="not a slug"), "action-publish": "on"}
    url = reverse("wagtailadmin_pages:edit", args=[world.event.pk])
    answer = world.client.post(url, data)
    assert answer.status_code == 200
    assert answer.context["form"].errors


def comment(world: World) -> None:
    text = {"text": "Sure?", "contentpath": "title", "position": "", "resolved": "", "id": ""}
    formset = inline_formset([{**text, "replies": inline_formset([])}])
    world.admin.edit(world.event, **nested_form_data({"comments": formset}))
    assert world.event.wagtail_admin_comments.exists()


def lock(world: World) -> None:
    url = reverse("wagtailadmin_pages:lock", args=[world.event.pk])
    assert world.client.post(url).status_code == 302
    world.event.refresh_from_db()
    assert world.event.locked


def submit(world: World) -> None:
    world.admin.edit(world.event, **{"action-submit": "on", "summary": "Please"})
    assert world.event.workflow_states.exists()


def sign_in(world: World) -> None:
    User.objects.create_user("eva", "eva@example.org", "correct-horse")
    form = {"username": "eva", "password": "correct-horse"}
    assert Client().post(reverse("wagtailadmin_login"), form).status_code == 302


def change_user(world: World) -> None:
    User.objects.filter(username="root").update(first_name="Rosa")
    User.objects.create_user("eva", "eva@example.org", "x").delete()


def upload(world: World) -> None:
    form = {"title": "Sea", "description": "A sea", "collection": "1", "tags": ""}
    picture = SimpleUploadedFile("sea.png", png(), "image/png")
    world.post("wagtailimages:add", **form, file=picture)
    assert SiteImage.objects.filter(title="Sea").exists()


NO_CHANGES: dict[str, Step] = {
    "add a draft": lambda w: w.admin.add("en", "Another"),
    "save a draft of what is published": lambda w: w.admin.edit(w.event, summary="Later"),
    "save a draft": lambda w: w.admin.edit(w.draft, "Unfinished", summary="Later"),
    "autosave": autosave,
    "failed validation": fail_validation,
    "copy a draft": copy,
    "delete a draft": lambda w: w.admin.post("delete", w.draft.pk),
    "draft of a testimonial": lambda w: w.testimonial("edit", w.first),
    "save an unpublished testimonial": lambda w: w.testimonial("edit", w.waiting),
    "draft of the navigation": publish_navigation,
    "comment": comment,
    "lock": lock,
    "submit to the workflow": submit,
    "sign in": sign_in,
    "change a user": change_user,
    "upload an image": upload,
    "title of an image": lambda w: edit_image(w, title="Harbour"),
    "look at the images": lambda w: w.client.get(reverse("wagtailimages:index")),
    "new collection": lambda w: w.post("wagtailadmin_collections:add", name="Press", parent="1"),
    "collection's name": lambda w: Collection.objects.filter(depth=2).update(name="Staff"),
}


@pytest.mark.parametrize("name", NO_CHANGES)
def test_what_the_public_does_not_see_leaves_answers_as_they_are(world: World, name: str) -> None:
    NO_CHANGES[name](world)
    assert not ContentChange.objects.exists()
