"""Pictures: what is kept of an upload, and which sizes there are of it."""

import io
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image as PillowImage

from content.models import SiteImage
from content.renditions import PRESETS, SOCIAL_SPEC, all_specs, existing_renditions
from content.uploads import MAX_SIDE, prepare_image
from tests.factories import jpeg, make_image, png

ORIENTATION = 0x0112


def rotated_jpeg() -> bytes:
    """30 × 40 pixels on disk, marked to be turned a quarter."""
    exif = PillowImage.Exif()
    exif[ORIENTATION] = 6
    exif[0x010F] = "Camera maker"
    return jpeg((30, 40), exif=exif)


def opened(content: bytes) -> PillowImage.Image:
    return PillowImage.open(io.BytesIO(content))


def test_orientation_is_applied_and_metadata_dropped() -> None:
    picture = opened(prepare_image(io.BytesIO(rotated_jpeg())).read())
    assert picture.size == (40, 30)
    assert dict(picture.getexif()) == {}


def test_colour_profile_is_kept() -> None:
    profile = b"profile bytes"
    picture = opened(prepare_image(io.BytesIO(jpeg(icc_profile=profile))).read())
    assert picture.info["icc_profile"] == profile


@pytest.mark.parametrize(
    ("content", "expected"),
    [(png(), "PNG"), (png(alpha=True), "PNG"), (jpeg(), "JPEG")],
)
def test_format_fits_the_picture(content: bytes, expected: str) -> None:
    assert opened(prepare_image(io.BytesIO(content)).read()).format == expected


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_mode_of_png_is_readable(mode: str) -> None:
    output = io.BytesIO()
    PillowImage.new(mode, (20, 10)).save(output, "PNG")
    assert opened(prepare_image(output).read()).size == (20, 10)


def test_webp_becomes_png_where_it_is_transparent_and_jpeg_elsewhere() -> None:
    for mode, colour, expected in (("RGB", "red", "JPEG"), ("RGBA", (255, 0, 0, 90), "PNG")):
        output = io.BytesIO()
        PillowImage.new(mode, (20, 10), colour).save(output, "WEBP")
        assert opened(prepare_image(output).read()).format == expected


def test_wide_picture_is_cut_down_to_the_largest_side() -> None:
    picture = opened(prepare_image(io.BytesIO(jpeg((MAX_SIDE * 2, 100)))).read())
    assert picture.width == MAX_SIDE


def test_too_many_pixels_are_refused(settings: Any) -> None:
    settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS = 100
    with pytest.raises(ValidationError, match="too large"):
        prepare_image(io.BytesIO(jpeg()))


def test_cut_file_is_refused() -> None:
    content = jpeg((400, 300))
    with pytest.raises(ValidationError, match="damaged"):
        prepare_image(io.BytesIO(content[: len(content) // 2]))


@pytest.mark.django_db
def test_every_preset_exists_as_soon_as_the_image_is_saved() -> None:
    image = make_image(jpeg((2000, 1500)))
    assert set(image.renditions.values_list("filter_spec", flat=True)) == set(all_specs(image))
    widths = set(image.renditions.exclude(filter_spec=SOCIAL_SPEC).values_list("width", flat=True))
    assert widths == {width for preset in PRESETS.values() for width in preset}
    social = image.renditions.get(filter_spec=SOCIAL_SPEC)
    assert (social.width, social.height) == (1200, 630)


@pytest.mark.django_db
def test_moved_focal_point_makes_a_new_crop_and_readers_get_that_one() -> None:
    image = make_image(jpeg((2000, 2000)))
    before = existing_renditions(image, [SOCIAL_SPEC])[0]
    image.focal_point_x, image.focal_point_y = 1000, 1900
    image.focal_point_width = image.focal_point_height = 100
    image.save()
    loaded = SiteImage.objects.prefetch_renditions().get(pk=image.pk)
    with CaptureQueriesContext(connection) as queries:
        after = existing_renditions(loaded, [SOCIAL_SPEC])[0]
    assert after.pk != before.pk
    assert len(queries) == 0


@pytest.mark.django_db
def test_file_put_in_by_code_is_cleaned_like_an_upload() -> None:
    image = make_image(rotated_jpeg())
    with image.file.open() as stored:
        assert dict(opened(stored.read()).getexif()) == {}
    assert (image.width, image.height) == (40, 30)
