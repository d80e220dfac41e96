"""Pictures by upload go through the checks of the admin's form."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.models import ModelLogEntry

from content.models import SiteImage
from tests.admin_clients import api_client_of, make_user
from tests.content.admin_api.steps import EVENTS, pointers, post
from tests.contract.openapi import ApiClient
from tests.factories import jpeg

pytestmark = pytest.mark.django_db

IMAGES = "/api/admin/images/"


def upload(client: ApiClient, content: bytes = b"", name: str = "talk.jpg", **parts: Any) -> Any:
    headers = {"Idempotency-Key": parts.pop("key")} if "key" in parts else {}
    file = SimpleUploadedFile(name, content or jpeg((900, 600)), "image/jpeg")
    return client.post(IMAGES, {"file": file, "alt": "A talk", **parts}, headers=headers)


def test_an_uploaded_picture_can_be_chosen(editor: ApiClient) -> None:
    response = upload(editor)

    assert response.status_code == 201, response.content
    picture = response.json()
    assert (picture["alt"], picture["width"], picture["height"]) == ("A talk", 900, 600)
    assert [source["type"] for source in picture["sources"]] == ["image/webp", "image/jpeg"]
    assert response["Location"] == picture["src"]
    event = {"title": "Talk", "starts_at": "2030-01-01T10:00:00", "cover": picture}
    assert post(editor, EVENTS, {**event, "cover": picture["id"]}).json()["cover"]["id"]
    image = SiteImage.objects.get()
    assert (image.title, image.uploaded_by_user.groups.get().name) == ("talk", "Editors")
    assert ModelLogEntry.objects.filter(action="wagtail.create", object_id=str(image.pk)).exists()


@pytest.mark.parametrize(
    ("parts", "where"),
    [
        ({"alt": ""}, {"/alt"}),
        ({"alt": "x" * 256}, {"/alt"}),
        ({"content": b"GIF89a not a picture"}, {"/file"}),
        ({"content": b"<svg/>", "name": "a.svg", "alt": ""}, {"/alt", "/file"}),
        ({"file": "text"}, {"/file"}),
        ({"title": "x" * 256}, {"/title"}),
        ({"collection": 999}, {"/collection"}),
        ({"collection": "a\0b"}, {"/collection"}),
        ({"focal_point_x": 3}, {"/focal_point_x"}),
    ],
    ids=["no alt", "long alt", "broken", "svg", "no file", "title", "collection", "nul", "unknown"],
)
def test_what_the_admin_refuses_is_refused(
    parts: dict[str, Any], where: set[str], editor: ApiClient
) -> None:
    assert pointers(upload(editor, **parts)) == where
    assert not SiteImage.objects.exists()


def test_other_bodies_and_other_people(editor: ApiClient) -> None:
    assert post(editor, IMAGES, {"alt": "A"}).status_code == 415
    assert upload(editor, b"x" * (10 * 1024 * 1024)).status_code == 413
    stranger = make_user()
    stranger.groups.create(name="Only enters").permissions.add(_access())
    assert upload(api_client_of(stranger)).status_code == 403
    assert not SiteImage.objects.exists()


def test_a_repeated_upload_stores_one_picture(editor: ApiClient) -> None:
    content = jpeg()

    first, again = (upload(editor, content, key="one") for _time in range(2))

    assert again.json() == first.json()
    assert SiteImage.objects.count() == 1
    assert upload(editor, jpeg(colour="red"), key="one").status_code == 422


def _access() -> Any:

    return Permission.objects.get(codename="access_admin")
