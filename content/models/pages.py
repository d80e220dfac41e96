"""Base of all pages, and the pages that are mostly text."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, TitleFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PagePermissionTester

from content.aliases import is_stand_in
from content.blocks import BodyBlock
from content.character_count import (
    SEARCH_DESCRIPTION_LIMIT,
    SEARCH_TITLE_LIMIT,
    SUMMARY_LIMIT,
    TITLE_LIMIT,
    character_count,
)
from content.models.previewable import DraftPreviewMixin
from content.models.searchable import FoldedSearchMixin
from content.page_permissions import SitePagePermissionTester
from content.public_site import frontend_url
from content.schedule_panel import SchedulePanel
from content.serializers.pages import (
    EventIndexPageListItemSerializer,
    EventIndexPageSerializer,
    PageListItemSerializer,
    StandardPageListItemSerializer,
    StandardPageSerializer,
)


class SitePage(DraftPreviewMixin, Page):
    """A page of the public site. It is rendered by a frontend, not here."""

    social_image = models.ForeignKey(
        "content.SiteImage",
        verbose_name=_("picture for link previews"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Shown when somebody shares the page. Best 1200 × 630 pixels or larger."),
    )

    promote_panels = [
        MultiFieldPanel(
            [
                FieldPanel(
                    "slug",
                    heading=_("Last part of the address"),
                    help_text=_("Links to an address that the page had before keep working."),
                ),
                FieldPanel(
                    "seo_title",
                    heading=_("Title for search engines"),
                    help_text=_("Used instead of the page's own title where that is too long."),
                    attrs=character_count(SEARCH_TITLE_LIMIT),
                ),
                FieldPanel(
                    "search_description",
                    heading=_("Description for search engines"),
                    help_text=_("One or two sentences that make people want to open the page."),
                    attrs=character_count(SEARCH_DESCRIPTION_LIMIT),
                ),
                FieldPanel("social_image"),
            ],
            heading=_("For search engines and link previews"),
        )
    ]
    settings_panels = [SchedulePanel(), *Page.settings_panels[1:]]
    serializer_class: ClassVar[type[PageListItemSerializer]]
    list_serializer_class: ClassVar[type[PageListItemSerializer]]
    list_prefetch: ClassVar[tuple[Any, ...]] = ()
    prefetch: ClassVar[tuple[Any, ...]] = ()

    class Meta:
        abstract = True

    @property
    def social_image_or_cover_id(self) -> int | None:
        return self.social_image_id or getattr(self, "cover_id", None)

    def permissions_for_user(self, user: AbstractBaseUser | AnonymousUser) -> PagePermissionTester:
        return SitePagePermissionTester(user, self)

    def with_content_json(self, content: dict[str, Any]) -> "SitePage":
        page: SitePage = super().with_content_json(content)
        if is_stand_in(self):
            # Wagtail takes a page offline to publish it later, unless a revision of it is live.
            page.live_revision_id = self.latest_revision_id
        if self.first_published_at is not None:
            # An alias may have been there, in other words, before what it repeats.
            page.first_published_at = self.first_published_at
        return page

    def get_url_parts(self, request: Any = None) -> Any:
        """Wagtail's, with the frontend's address where a Site cannot say all of it."""
        parts = super().get_url_parts(request)
        if not parts or parts[1] is None:
            return parts
        site_id, root_url, path = parts
        return site_id, frontend_url(root_url), path

    def get_url(self, request: Any = None, current_site: Any = None) -> str | None:
        """Always the frontend's address: no page is shown on this host."""
        url: str | None = self.get_full_url(request)
        return url

    url = property(get_url)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        url = self.get_full_url(request)
        # A Site that names this very host would send browsers in a circle.
        if url is None or url == request.build_absolute_uri(request.path):
            raise Http404
        return HttpResponseRedirect(url)


class StandardPage(FoldedSearchMixin, SitePage):
    """A page of text: about us, code of conduct, privacy policy."""

    summary = models.TextField(
        _("summary"),
        max_length=300,
        blank=True,
        help_text=_("One or two sentences for lists and search engines."),
    )
    cover = models.ForeignKey(
        "content.SiteImage",
        verbose_name=_("cover"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("text"))

    content_panels = [
        TitleFieldPanel("title", attrs=character_count(TITLE_LIMIT)),
        FieldPanel("summary", attrs=character_count(SUMMARY_LIMIT)),
        FieldPanel("cover"),
        FieldPanel("body"),
    ]
    search_fields = [*SitePage.search_fields, *FoldedSearchMixin.search_fields]
    folded_fields: ClassVar[tuple[str, ...]] = ("title", "summary", "body")
    parent_page_types = ["home.HomePage", "content.StandardPage"]
    subpage_types = ["content.StandardPage"]
    serializer_class = StandardPageSerializer
    list_serializer_class = StandardPageListItemSerializer
    page_description = _("Text with pictures: about us, code of conduct, privacy policy …")

    class Meta:
        verbose_name = _("standard page")
        verbose_name_plural = _("standard pages")


class EventIndexPage(FoldedSearchMixin, SitePage):
    """The place of all events in one language."""

    summary = models.TextField(_("summary"), max_length=300, blank=True)

    content_panels = [
        TitleFieldPanel("title", attrs=character_count(TITLE_LIMIT)),
        FieldPanel("summary", attrs=character_count(SUMMARY_LIMIT)),
    ]
    search_fields = [*SitePage.search_fields, *FoldedSearchMixin.search_fields]
    folded_fields: ClassVar[tuple[str, ...]] = ("title", "summary")
    parent_page_types = ["home.HomePage"]
    subpage_types = ["content.EventPage"]
    max_count_per_parent = 1
    serializer_class = EventIndexPageSerializer
    list_serializer_class = EventIndexPageListItemSerializer
    page_description = _("The list of all events. There is one in each language.")

    class Meta:
        verbose_name = _("event list")
        verbose_name_plural = _("event lists")
