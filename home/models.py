"""The landing page: one in each language, made of sections."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from content.models.pages import FoldedSearchMixin, SitePage
from home.blocks import SectionsBlock


class HomePage(FoldedSearchMixin, SitePage):
    """The root of the site in one language."""

    sections = StreamField(SectionsBlock(), blank=True, verbose_name=_("sections"))

    content_panels = [*Page.content_panels, FieldPanel("sections")]
    search_fields = [*SitePage.search_fields, *FoldedSearchMixin.search_fields]
    folded_fields: ClassVar[tuple[str, ...]] = ("title", "sections")
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["content.StandardPage", "content.EventIndexPage"]
    page_description = _("The first page of the site. There is one in each language.")

    class Meta:
        verbose_name = _("landing page")
        verbose_name_plural = _("landing pages")
