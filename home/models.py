"""The landing page: one in each language, made of sections."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, TitleFieldPanel
from wagtail.fields import StreamField

from content.character_count import TITLE_LIMIT, character_count
from content.models.pages import SitePage
from content.models.searchable import FoldedSearchMixin
from home.blocks import SectionsBlock
from home.serializers import HomePageListItemSerializer, HomePageSerializer


class HomePage(FoldedSearchMixin, SitePage):
    """The root of the site in one language."""

    sections = StreamField(SectionsBlock(), blank=True, verbose_name=_("sections"))

    content_panels = [
        TitleFieldPanel("title", attrs=character_count(TITLE_LIMIT)),
        FieldPanel("sections"),
    ]
    search_fields = [*SitePage.search_fields, *FoldedSearchMixin.search_fields]
    folded_fields: ClassVar[tuple[str, ...]] = ("title", "sections")
    serializer_class = HomePageSerializer
    list_serializer_class = HomePageListItemSerializer
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["content.StandardPage", "content.EventIndexPage"]
    page_description = _("The first page of the site. There is one in each language.")

    class Meta:
        verbose_name = _("landing page")
        verbose_name_plural = _("landing pages")
