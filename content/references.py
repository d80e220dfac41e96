"""What one answer refers to (pages, images, documents), loaded together instead of one by one.

First everything that will be serialised says what it needs (``want_*``), then `load` fetches it in
one query per kind, then representations look it up. Nothing here creates a rendition.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.apps import apps
from django.conf import settings
from django.db.models import BooleanField, Case, Q, Value, When
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page
from wagtail.rich_text import extract_references_from_rich_text

from content.aliases import is_translated
from content.public_site import PublicSite, in_public_collection
from content.renditions import (
    PRESETS,
    SOCIAL_SPEC,
    existing_renditions,
    fallback_format,
    width_spec,
)

MAX_ID = 2**31 - 1


@dataclass(frozen=True)
class PageReference:
    """A page that another one names."""

    id: int
    title: str
    language: str
    translation_key: Any
    path: str
    html_url: str
    tree_path: str
    model_class: type[Page]
    is_translated: bool


def absolute_url(url: str) -> str:
    """``url`` of this host as an absolute one on `PUBLIC_URL`; absolute ones stay as they are."""
    return url if "://" in url else f"{settings.PUBLIC_URL.rstrip('/')}{url}"


class References:
    """Collects and loads what an answer refers to. One instance per request."""

    def __init__(self, site: PublicSite) -> None:
        self.site = site
        self.fresh_until: datetime | None = site.expires_at
        self._wanted: dict[str, set[Any]] = {
            "page": set(),
            "translations": set(),
            "tree_path": set(),
            "image": set(),
            "document": set(),
        }
        self._pages: dict[int, PageReference] = {}
        self._pages_by_tree_path: dict[str, PageReference] = {}
        self._translations: dict[Any, dict[str, PageReference]] = {}
        self._keys: dict[int, Any] = {}
        self._images: dict[int, Any] = {}
        self._documents: dict[int, Any] = {}

    @property
    def now(self) -> datetime:
        return self.site.now

    @cached_property
    def site_name(self) -> str:
        """What editors call the site. One query, the first time."""
        model = apps.get_model("content", "SiteSettings")
        names = model._default_manager.filter(site__is_default_site=True)
        return names.values_list("name", flat=True).first() or settings.WAGTAIL_SITE_NAME

    def changes_at(self, moment: datetime | None) -> None:
        """Note that the answer will be another one from ``moment`` on."""
        if moment and (self.fresh_until is None or moment < self.fresh_until):
            self.fresh_until = moment

    def want_page(self, page_id: Any) -> None:
        self._want("page", page_id)

    def want_image(self, image_id: Any) -> None:
        self._want("image", image_id)

    def want_document(self, document_id: Any) -> None:
        self._want("document", document_id)

    def want_translations(self, page: Page) -> None:
        """The other languages of ``page``."""
        self._wanted["translations"].add(page.translation_key)

    def want_parent(self, page: Page) -> None:
        self._wanted["tree_path"].add(page.path[: -page.steplen])

    def want_rich_text(self, html: str) -> None:
        """Everything that links in ``html`` (Wagtail's stored form) lead to."""
        document_model = get_document_model()
        for model, object_id, _model_path, _content_path in extract_references_from_rich_text(html):
            if issubclass(model, Page):
                self.want_page(object_id)
            elif issubclass(model, document_model):
                self.want_document(object_id)

    def _want(self, kind: str, object_id: Any) -> None:
        # Ids in stored JSON may be anything that an import or an old version wrote.
        if str(object_id).isdecimal() and 0 < int(object_id) <= MAX_ID:
            self._wanted[kind].add(int(object_id))

    def shown_pages(self) -> Q:
        """Condition for the pages that the answer may name."""
        return self.site.public()

    def shown_files(self) -> Q:
        """Condition for the images and documents that the answer may name."""
        return in_public_collection()

    def load(self) -> None:
        """Fetch what was wanted since the last call. At most four queries."""
        wanted, self._wanted = self._wanted, {kind: set() for kind in self._wanted}
        self._load_pages(wanted["page"], wanted["translations"], wanted["tree_path"])
        self._load_images(wanted["image"])
        self._load_documents(wanted["document"])

    def _load_pages(self, ids: set[int], keys: set[Any], tree_paths: set[str]) -> None:
        condition = Q(pk__in=[])
        if ids:
            condition |= Q(
                translation_key__in=Page.objects.filter(pk__in=ids).values("translation_key")
            )
        if keys:
            condition |= Q(translation_key__in=keys)
        if tree_paths:
            condition |= Q(path__in=tree_paths)
        if not (ids or keys or tree_paths):
            return
        is_public = Case(
            When(self.shown_pages(), then=Value(value=True)),
            default=Value(value=False),
            output_field=BooleanField(),
        )
        for page in (
            Page.objects.filter(condition).select_related("locale").annotate(is_public=is_public)
        ):
            self._keys[page.pk] = page.translation_key
            path, html_url = self.site.path_of(page.url_path), self.site.html_url(page.url_path)
            if page.is_public and path is not None and html_url is not None:
                self._remember(
                    PageReference(
                        id=page.pk,
                        title=page.title,
                        language=page.locale.language_code,
                        translation_key=page.translation_key,
                        path=path,
                        html_url=html_url,
                        tree_path=page.path,
                        model_class=page.specific_class or Page,
                        is_translated=is_translated(page),
                    )
                )

    def _remember(self, page: PageReference) -> None:
        self._pages[page.id] = page
        self._pages_by_tree_path[page.tree_path] = page
        self._translations.setdefault(page.translation_key, {})[page.language] = page

    def _load_images(self, ids: set[int]) -> None:
        if missing := ids - self._images.keys():
            images = get_image_model().objects.filter(self.shown_files(), pk__in=missing)
            self._images.update({image.pk: image for image in images.prefetch_renditions()})

    def _load_documents(self, ids: set[int]) -> None:
        if missing := ids - self._documents.keys():
            documents = get_document_model().objects.filter(self.shown_files(), pk__in=missing)
            self._documents.update(documents.in_bulk())

    def page(self, page_id: Any, language: str | None = None) -> PageReference | None:
        """A public page, in ``language`` if it exists in it; ``None`` if it is not public."""
        key = self._keys.get(_number(page_id))
        translations = self._translations.get(key, {})
        return translations.get(language or "") or self._pages.get(_number(page_id))

    def parent(self, page: Page) -> PageReference | None:
        return self._pages_by_tree_path.get(page.path[: -page.steplen])

    def translations(self, page: Page) -> Iterable[PageReference]:
        """The other public pages of the same content, in the order of the site's languages.

        A page that repeats another one names that first.
        """
        found = self._translations.get(page.translation_key, {})
        codes = [code for code, _name in settings.LANGUAGES]
        pages = [found[code] for code in codes if code in found and found[code].id != page.pk]
        if not is_translated(page):
            pages.sort(key=lambda each: (each.id != page.alias_of_id, not each.is_translated))
        return pages

    def document(self, document_id: Any) -> Any | None:
        return self._documents.get(_number(document_id))

    def picture(self, image_id: Any, preset: str) -> dict[str, Any] | None:
        """The contract's image: address, size and `sources`; ``None`` if there is none to show."""
        image = self._images.get(_number(image_id))
        if image is None:
            return None
        return _social_picture(image) if preset == "social" else _picture(image, preset)


def of_one_answer() -> References:
    """References of an answer that is made now, for whoever needs nothing but these."""
    return References(PublicSite.load(timezone.now()))


def document_url(document: Any) -> str:
    """Where a document is downloaded: through the CMS, which checks its collection."""
    return absolute_url(quote(document.url, safe="/:%"))


def _number(object_id: Any) -> int:
    return int(object_id) if str(object_id).isdecimal() else 0


def _picture(image: Any, preset: str) -> dict[str, Any]:
    operation, media_type = fallback_format(image)
    sources = []
    fallback: list[Any] = []
    for kind, op in (("image/webp", "format-webp"), (media_type, operation)):
        fallback = existing_renditions(image, [width_spec(w, op) for w in PRESETS[preset]])
        by_width = {rendition.width: rendition for rendition in fallback}
        srcset = ", ".join(f"{absolute_url(r.url)} {width}w" for width, r in by_width.items())
        if srcset:
            sources.append({"type": kind, "srcset": srcset})
    largest = fallback[-1] if fallback else None
    focal_point = image.get_focal_point()
    return {
        "id": image.pk,
        "alt": image.description,
        "width": largest.width if largest else image.width,
        "height": largest.height if largest else image.height,
        "focal_point": focal_point
        and {
            "x": round(focal_point.centroid_x / image.width, 4),
            "y": round(focal_point.centroid_y / image.height, 4),
        },
        "src": absolute_url(largest.url if largest else image.file.url),
        "sources": sources,
    }


def _social_picture(image: Any) -> dict[str, Any]:
    renditions = existing_renditions(image, [SOCIAL_SPEC])
    shown = renditions[0] if renditions else image
    return {
        "id": image.pk,
        "alt": image.description,
        "width": shown.width,
        "height": shown.height,
        "focal_point": None,
        "src": absolute_url(shown.file.url),
        "sources": [],
    }
