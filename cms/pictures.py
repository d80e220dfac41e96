"""How an app that owns no images gets them as the API answers them.

The app that owns images registers what loads them; integrations are strangers to it.
"""

from collections.abc import Callable
from typing import Any, Protocol


class Pictures(Protocol):
    """Images of one answer: first all are wanted, then loaded together, then looked up."""

    def want_image(self, image_id: Any) -> None: ...

    def load(self) -> None: ...

    def picture(self, image_id: Any, preset: str) -> dict[str, Any] | None: ...


_sources: list[Callable[[], Pictures]] = []


def register_pictures(source: Callable[[], Pictures]) -> None:
    """From ``AppConfig.ready()``; ``source`` is called once for each answer."""
    _sources[:] = [source]


class NoPictures:
    """For answers that show none, and for a site without an app of images."""

    def want_image(self, image_id: Any) -> None:
        """Nothing can be had."""

    def load(self) -> None:
        """Nothing to load."""

    def picture(self, image_id: Any, preset: str) -> dict[str, Any] | None:
        return None


def load_pictures(image_ids: list[int]) -> Pictures:
    """The images of one answer; without ids no query is made."""
    if not image_ids or not _sources:
        return NoPictures()
    pictures = _sources[0]()
    for image_id in image_ids:
        pictures.want_image(image_id)
    pictures.load()
    return pictures
