"""Uploads through the admin's three ways in: one image, several at once, and in the chooser."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import Settings
from wagtail.models import UploadedFile

from content.models import SiteImage
from tests.content.admin.conftest import picture

DESCRIPTION = "A workbench with tools"

pytestmark = pytest.mark.django_db


def upload(path: Path) -> SimpleUploadedFile:
    return SimpleUploadedFile(path.name, path.read_bytes(), content_type="image/jpeg")


def plain_upload(name: str = "picture.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture().read(), content_type="image/jpeg")


def add_one(client: Client, file: SimpleUploadedFile, description: str = DESCRIPTION) -> Any:
    data = {"title": file.name, "description": description, "file": file}
    return client.post(reverse("wagtailimages:add"), data)


def add_several(client: Client, file: SimpleUploadedFile) -> Any:
    data = {"title": file.name, "files[]": file}
    return client.post(reverse("wagtailimages:add_multiple"), data)


def add_in_chooser(client: Client, file: SimpleUploadedFile, description: str = DESCRIPTION) -> Any:
    prefix = "image-chooser-upload"
    data = {
        f"{prefix}-title": file.name,
        f"{prefix}-description": description,
        f"{prefix}-file": file,
    }
    return client.post(reverse("wagtailimages_chooser:create"), data)


def describe_staged(client: Client, staged: UploadedFile, description: str) -> Any:
    prefix = f"uploaded-image-{staged.pk}"
    data = {f"{prefix}-title": "Picture", f"{prefix}-description": description}
    url = reverse("wagtailimages:create_multiple_from_uploaded_image", args=[staged.pk])
    return client.post(url, data)


def assert_without_metadata(path: str) -> None:
    with Image.open(path) as stored:
        stored.load()
        assert not stored.getexif()
        assert not {"exif", "xmp", "comment", "XML:com.adobe.xmp"} & stored.info.keys()


def hostile_files(shared_data: Path) -> list[Path]:
    files = sorted((shared_data / "images" / "hostile").iterdir())
    assert len(files) >= 20
    return files


def test_hostile_file_in_any_upload_form_is_a_form_error_or_a_clean_image(
    as_editor: Client, shared_data: Path
) -> None:
    taken = 0
    for path in hostile_files(shared_data):
        for add in (add_one, add_in_chooser):
            before = SiteImage.objects.count()
            answer = add(as_editor, upload(path))
            created = SiteImage.objects.count() - before
            assert answer.status_code in (200, 302), path.name
            if not created:
                # A refused file is explained in the form that is shown again.
                assert "error-message" in answer.content.decode(), path.name
            taken += created
    assert taken > 0
    for image in SiteImage.objects.all():
        assert_without_metadata(image.file.path)
        for rendition in image.renditions.all():
            assert_without_metadata(rendition.file.path)


def test_hostile_file_among_several_is_refused_or_staged_clean(
    as_editor: Client, shared_data: Path
) -> None:
    for path in hostile_files(shared_data):
        answer = add_several(as_editor, upload(path))
        assert answer.status_code == 200, path.name
        result = json.loads(answer.content)
        assert result["success"] or result["error_message"], path.name
    assert not SiteImage.objects.exists()
    assert UploadedFile.objects.exists()
    for staged in UploadedFile.objects.all():
        assert_without_metadata(staged.file.path)


def test_position_of_photo_is_gone_from_original_and_renditions(
    as_editor: Client, shared_data: Path
) -> None:
    source = shared_data / "images" / "hostile" / "exif_gps.jpg"
    with Image.open(source) as photo:
        assert photo.getexif()
    add_one(as_editor, upload(source))
    image = SiteImage.objects.get()
    assert_without_metadata(image.file.path)
    assert image.renditions.exists()
    for rendition in image.renditions.all():
        assert_without_metadata(rendition.file.path)


@pytest.mark.parametrize("add", [add_one, add_in_chooser])
def test_image_without_alternative_text_asks_for_it(as_editor: Client, add: Any) -> None:
    answer = add(as_editor, plain_upload(), description="")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "Describe the picture in a few words" in page
    assert not SiteImage.objects.exists()


def test_one_of_several_becomes_an_image_only_with_alternative_text(as_editor: Client) -> None:
    result = json.loads(add_several(as_editor, plain_upload()).content)
    assert result["success"]
    assert "description" in result["form"]
    staged = UploadedFile.objects.get()
    assert not SiteImage.objects.exists()

    refused = json.loads(describe_staged(as_editor, staged, "").content)
    assert not refused["success"]
    assert "Describe the picture" in refused["form"]

    assert json.loads(describe_staged(as_editor, staged, DESCRIPTION).content)["success"]
    image = SiteImage.objects.get()
    assert image.description == DESCRIPTION
    assert image.uploaded_by_user_id is not None
    assert image.renditions.count() > 5


def test_file_of_one_of_several_is_clean_in_the_end(
    as_editor: Client, shared_data: Path, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    add_several(as_editor, upload(shared_data / "images" / "hostile" / "exif_gps.jpg"))
    describe_staged(as_editor, UploadedFile.objects.get(), DESCRIPTION)
    image = SiteImage.objects.get()
    assert_without_metadata(image.file.path)
    assert image.file_size == image.file.size
    # Neither the staged file nor a first copy stays behind.
    assert [path.name for path in (tmp_path / "original_images").iterdir()] == ["exif_gps.jpg"]
    assert not list((tmp_path / "wagtail_uploads").iterdir())


def test_replaced_file_gets_new_renditions_and_keeps_no_metadata(
    as_editor: Client, image: SiteImage, shared_data: Path
) -> None:
    old = set(image.renditions.values_list("file", flat=True))
    data = {
        "title": image.title,
        "description": image.description,
        "file": upload(shared_data / "images" / "hostile" / "exif_gps.jpg"),
    }
    answer = as_editor.post(reverse("wagtailimages:edit", args=[image.pk]), data)
    assert answer.status_code == 302
    image.refresh_from_db()
    assert_without_metadata(image.file.path)
    new = set(image.renditions.values_list("file", flat=True))
    assert new
    assert not new & old
