"""What an uploaded image must be, and how private metadata is taken out of it."""

from io import BytesIO
from pathlib import PurePath
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import Image as PillowImage
from PIL import ImageOps

MAX_SIDE = 3200
"""Longest side that is kept, in pixels: twice the widest rendition."""

DAMAGED = _("This picture is damaged and cannot be used. Please export it again and retry.")

_READABLE = ("JPEG", "PNG", "WEBP")
_SUFFIXES = {"JPEG": ".jpg", "PNG": ".png"}


class PreparedImageFile(ContentFile):  # type: ignore[type-arg]  # not generic at run time
    """An image file whose pixels were read in full and whose metadata is gone."""


def prepare_image(file: IO[bytes]) -> PreparedImageFile:
    """Read every pixel of ``file`` and write it again without metadata.

    The orientation tag is applied; EXIF (with the position), XMP, IPTC and comments are dropped;
    the colour profile is kept. The answer is a PNG where the source was a PNG or has transparency,
    else a JPEG.

    Raises ``ValidationError`` with words for an editor when the file is not a readable picture.
    """
    if isinstance(file, PreparedImageFile):
        return file
    try:
        file.seek(0)
        with PillowImage.open(file, formats=_READABLE) as source:
            _check_size(source)
            source_format, profile = source.format, source.info.get("icc_profile")
            picture, profile = _plain_mode(_shrunk(source), profile)
            ImageOps.exif_transpose(picture, in_place=True)
    except ValidationError:
        raise
    # Pillow's plug-ins raise whatever their parsers trip over: OSError, SyntaxError, ValueError,
    # struct.error, ZeroDivisionError, DecompressionBombError …; each means the same to an editor.
    except Exception as error:
        raise ValidationError(DAMAGED, code="invalid_image") from error
    keeps_png = source_format == "PNG" or picture.mode in ("RGBA", "LA")
    return _encode(picture, "PNG" if keeps_png else "JPEG", profile, str(getattr(file, "name", "")))


def _check_size(picture: PillowImage.Image) -> None:
    if picture.width * picture.height > settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS:
        raise ValidationError(
            _("This picture is too large. At most %(pixels)s million pixels are possible.")
            % {"pixels": settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS // 1_000_000},
            code="file_too_many_pixels",
        )


def _shrunk(source: PillowImage.Image) -> PillowImage.Image:
    """``source``, read in full, at most `MAX_SIDE` wide and high.

    Shrinking comes first, because a JPEG is then decoded at a fraction of its size: 40 megapixels
    would take hundreds of megabytes of memory.
    """
    if source.mode in ("P", "1"):
        source = source.convert("RGBA" if source.has_transparency_data else "RGB")
    source.thumbnail((MAX_SIDE, MAX_SIDE), PillowImage.Resampling.LANCZOS)
    source.load()
    return source


def _plain_mode(
    picture: PillowImage.Image, profile: bytes | None
) -> tuple[PillowImage.Image, bytes | None]:
    """``picture`` as grey or RGB, with alpha if needed, and the profile if it still fits."""
    if picture.has_transparency_data:
        target = "LA" if picture.mode == "LA" else "RGBA"
    else:
        target = "L" if picture.mode in ("L", "1") else "RGB"
    if picture.mode == target:
        return picture, profile
    return picture.convert(target), None if picture.mode == "CMYK" else profile


def _encode(
    picture: PillowImage.Image, target: str, profile: bytes | None, name: str
) -> PreparedImageFile:
    options: dict[str, Any] = {"quality": 92, "progressive": True} if target == "JPEG" else {}
    if profile:
        options["icc_profile"] = profile
    # Pasted into a new picture, because Pillow's encoders write what they find in `info`.
    clean = PillowImage.new(picture.mode, picture.size)
    clean.paste(picture)
    output = BytesIO()
    clean.save(output, target, **options)
    return PreparedImageFile(
        output.getvalue(), name=PurePath(name or "image").stem[:80] + _SUFFIXES[target]
    )
