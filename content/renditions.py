"""Named image presets: which renditions exist of every image.

They are made when an image is saved (`content.models.images`); readers only look them up, so
that no GET ever waits for image processing.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import PurePath
from typing import TYPE_CHECKING

from wagtail.images.models import Filter

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


@cache
def _filter(spec: str) -> Filter:
    return Filter(spec=spec)


def existing_renditions(image: "SiteImage", specs: Iterable[str]) -> list["SiteRendition"]:
    """The renditions for ``specs`` in that order, for the present focal point.

    What is missing is left out. Makes no query when ``image`` came from `prefetch_renditions`.
    """
    filters = [_filter(spec) for spec in specs]
    found = image.find_existing_renditions(*filters)
    return [found[one] for one in filters if one in found]
