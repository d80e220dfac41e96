"""Collects where visitors see a change: frontend paths and API URLs."""

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from wagtail.models import Page, ReferenceIndex

from content.models import EventPage, Testimonial
from content.public_site import PublicSite
from content.references import absolute_url
from content.serializers.pages import detail_url

MOST_PATHS = 200
MOST_API_URLS = 400
"""Of a larger change the first ones are listed, and ``truncated`` says that there are more."""

# A photo → a testimonial → the page that shows it.
_STEPS = 3


class Reach:
    """Collects paths and URLs, each once, in the order in which they were found."""

    def __init__(self, site: PublicSite) -> None:
        self.site = site
        self.is_truncated = False
        self._paths: dict[str, None] = {}
        self._api_urls: dict[str, None] = {}
        self._seen: set[tuple[type[Model], int]] = set()

    @property
    def paths(self) -> list[str]:
        return list(self._paths)

    @property
    def api_urls(self) -> list[str]:
        return list(self._api_urls)

    def add_path(self, path: str | None) -> None:
        if path is not None and path not in self._paths:
            if len(self._paths) < MOST_PATHS:
                self._paths[path] = None
            else:
                self.is_truncated = True

    def add_api_url(self, url: str) -> None:
        if len(self._api_urls) < MOST_API_URLS:
            self._api_urls[absolute_url(url)] = None
        elif absolute_url(url) not in self._api_urls:
            self.is_truncated = True

    def add_page(self, page: Page, *, former_url_path: str | None = None) -> None:
        """``page`` (of any class), the place it had before, and the lists it is in."""
        model = page.specific_class or Page
        self.add_path(self.site.path_of(page.url_path))
        if former_url_path is not None:
            self.add_path(self.site.path_of(former_url_path))
        self.add_api_url(detail_url(model, page.pk))
        self.add_api_url(_list_url(model))
        if issubclass(model, EventPage):
            self._add_event(page)

    def _add_event(self, page: Page) -> None:
        """Where else an event is answered: as one of all pages, by the short paths, as calendar."""
        self.add_api_url(f"{detail_url(EventPage, page.pk)}calendar.ics")
        self.add_api_url(detail_url(Page, page.pk))
        self.add_api_url(_list_url(Page))
        self.add_api_url(f"/api/events/{page.pk}")
        self.add_api_url("/api/events")
        self.add_api_url("/api/events.ics")
        self._add_event_lists(page)

    def _add_event_lists(self, page: Page) -> None:
        """The list of events that ``page`` is in, and the landing page of its language."""
        for root in self.site.roots:
            if page.path.startswith(root.tree_path):
                self.add_path(self.site.path_of(root.url_path))
                self.add_api_url(detail_url(Page, root.page_id))
        parent = page.url_path.rstrip("/").rpartition("/")[0] + "/"
        self.add_path(self.site.path_of(parent))

    def add_testimonial(self, testimonial: Testimonial) -> None:
        """A testimonial, the list of them, and the landing page of its language."""
        self.add_api_url(detail_url(Testimonial, testimonial.pk))
        self.add_api_url(_list_url(Testimonial))
        self.add_api_url("/api/testimonials")
        for root in self.site.roots:
            if root.language == testimonial.locale.language_code:
                self.add_path(self.site.path_of(root.url_path))
                self.add_api_url(detail_url(Page, root.page_id))

    def add_site(self) -> None:
        """What stands on every page: navigation, footer, name and logo."""
        self.add_api_url("/api/v2/site/")
        self.is_truncated = True
        for root in self.site.roots:
            self.add_path(self.site.path_of(root.url_path))

    def add_referrers(self, model: type[Model], ids: Iterable[int], steps: int = _STEPS) -> None:
        """Everything public that shows or links one of the objects, directly or through another."""
        found = _referrers(model, ids)
        for referrer, referrer_ids in found.items():
            new = {pk for pk in referrer_ids if (referrer, pk) not in self._seen}
            self._seen.update((referrer, pk) for pk in new)
            if issubclass(referrer, Page):
                for page in self.site.pages(Page.objects.filter(pk__in=new).order_by("path")):
                    self.add_page(page)
            elif issubclass(referrer, Testimonial):
                self._add_testimonials(new, steps)
            elif new:
                self.add_site()

    def _add_testimonials(self, ids: set[int], steps: int) -> None:
        live = Testimonial.objects.filter(pk__in=ids, live=True).select_related("locale")
        for testimonial in live:
            self.add_testimonial(testimonial)
        if steps > 1:
            self.add_referrers(Testimonial, ids, steps - 1)


def _list_url(model: type[Any]) -> str:
    return f"/api/v2/{getattr(model, 'api_route', 'pages')}/"


def _referrers(model: type[Model], ids: Iterable[int]) -> dict[type[Model], set[int]]:
    """Keys by model of what refers to the objects, as far as it is stored as live content."""
    # Of pages the index knows the base model only.
    indexed = Page if issubclass(model, Page) else model
    rows = ReferenceIndex.objects.filter(
        to_content_type=ContentType.objects.get_for_model(indexed, for_concrete_model=False),
        to_object_id__in=[str(pk) for pk in ids],
    ).values_list("base_content_type", "object_id")
    found: dict[type[Model], set[int]] = {}
    for content_type_id, object_id in set(rows):
        referrer = ContentType.objects.get_for_id(content_type_id).model_class()
        if referrer is not None:
            found.setdefault(referrer, set()).add(int(object_id))
    return found
