"""Named image presets: which renditions exist of every image.

They are made when an image is saved (`content.models.images`); readers only look them up, so
that no GET ever waits for image processing.
"""

from collections.abc import Iterable
from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from content.models import SiteImage, SiteRendition

PRESETS: dict[str, tuple[int, int, int]] = {
    "cover": (480, 960, 1600),
    "content": (480, 960, 1600),
    "photo": (160, 320, 640),
}
"""Preset name → the three widths in pixels. Never enlarged, never cropped: frontends crop with
``object-fit`` and the focal point."""

SOCIAL_SPEC = "fill-1200x630|format-jpeg|bgcolor-ffffff"
"""One crop around the focal point for link previews (Open Graph's 1.91:1)."""

_FALLBACK_FORMATS = {".png": ("format-png", "image/png")}
_JPEG = ("format-jpeg", "image/jpeg")


def fallback_format(image: "SiteImage") -> tuple[str, str]:
    """The filter operation and media type beside WebP: PNG keeps transparency, else JPEG."""
    return _FALLBACK_FORMATS.get(PurePath(image.file.name).suffix.lower(), _JPEG)


def width_spec(width: int, operation: str) -> str:
    return f"width-{width}|{operation}"


def all_specs(image: "SiteImage") -> list[str]:
    """Every filter specification that has to exist for ``image``."""
    widths = sorted({width for widths in PRESETS.values() for width in widths})
    operations = ("format-webp", fallback_format(image)[0])
    return [width_spec(w, op) for w in widths for op in operations] + [SOCIAL_SPEC]


def pick(renditions: Iterable["SiteRendition"], specs: Iterable[str]) -> list["SiteRendition"]:
    """The renditions for ``specs`` in that order; what is missing is left out."""
    by_spec = {rendition.filter_spec: rendition for rendition in renditions}
    return [by_spec[spec] for spec in specs if spec in by_spec]
