"""What belongs to the whole site: navigation and footer per language, the rest once."""

from typing import Any, ClassVar

from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.fields import RichTextField, StreamField
from wagtail.models import DraftStateMixin, LockableMixin, RevisionMixin, TranslatableMixin

from content.blocks import LinkBlock
from content.character_count import (
    SEARCH_DESCRIPTION_LIMIT,
    SEARCH_TITLE_LIMIT,
    TAGLINE_LIMIT,
    character_count,
)
from content.choices import SocialPlatform
from content.models.previewable import DraftPreviewMixin
from content.schedule_panel import SchedulePanel


class NavigationItemBlock(LinkBlock):
    children = blocks.ListBlock(LinkBlock(), label=_("Entries below"), required=False, max_num=8)

    class Meta:
        icon = "list-ul"
        label = _("Entry")
        label_format = "{label}"


class Navigation(
    DraftPreviewMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    TranslatableMixin,
    models.Model,
):
    """Navigation, footer and the words about the site, in one language."""

    tagline = models.CharField(
        _("tagline"), max_length=160, blank=True, help_text=_("One line below the site's name.")
    )
    items = StreamField(
        [("item", NavigationItemBlock())], blank=True, max_num=8, verbose_name=_("navigation")
    )
    footer_text = RichTextField(_("footer text"), blank=True, features=["bold", "italic", "link"])
    footer_links = StreamField(
        [("link", LinkBlock())], blank=True, max_num=12, verbose_name=_("footer links")
    )
    seo_title = models.CharField(
        _("title for search engines"),
        max_length=70,
        blank=True,
        help_text=_("Used where a page has none of its own."),
    )
    seo_description = models.CharField(
        _("description for search engines"), max_length=160, blank=True
    )
    seo_image = models.ForeignKey(
        "content.SiteImage",
        verbose_name=_("picture for link previews"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    _revisions = GenericRelation("wagtailcore.Revision", related_query_name="navigation")

    panels = [
        FieldPanel("tagline", attrs=character_count(TAGLINE_LIMIT)),
        FieldPanel("items"),
        MultiFieldPanel([FieldPanel("footer_text"), FieldPanel("footer_links")], _("Footer")),
        MultiFieldPanel(
            [
                FieldPanel("seo_title", attrs=character_count(SEARCH_TITLE_LIMIT)),
                FieldPanel("seo_description", attrs=character_count(SEARCH_DESCRIPTION_LIMIT)),
                FieldPanel("seo_image"),
            ],
            _("Search engines and link previews"),
        ),
        SchedulePanel(),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("navigation and footer")
        verbose_name_plural = _("navigation and footer")
        constraints = [
            models.UniqueConstraint(fields=["locale"], name="content_navigation_one_per_locale")
        ]

    def __str__(self) -> str:
        return str(_("Navigation and footer"))

    @property
    def revisions(self) -> "models.Manager[models.Model]":
        return self._revisions

    def clean(self) -> None:
        super().clean()
        others = type(self)._default_manager.filter(locale_id=self.locale_id).exclude(pk=self.pk)
        if self.locale_id and others.exists():
            raise ValidationError(
                _("There is already one in this language. Change that one instead.")
            )


class SocialLinkBlock(blocks.StructBlock):
    platform = blocks.ChoiceBlock(label=_("Platform"), choices=SocialPlatform.choices)
    url = blocks.URLBlock(label=_("Address"))

    class Meta:
        icon = "site"
        label = _("Profile")
        label_format = "{platform}"


@register_setting(icon="cog", order=100)
class SiteSettings(BaseSiteSetting):
    """Values of the site that are the same in every language."""

    name = models.CharField(_("name of the site"), max_length=120)
    logo = models.ForeignKey(
        "content.SiteImage",
        verbose_name=_("logo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    contact_email = models.EmailField(
        _("public email address"), blank=True, help_text=_("Shown to every visitor.")
    )
    social_links = StreamField(
        [("profile", SocialLinkBlock())], blank=True, verbose_name=_("profiles elsewhere")
    )

    privacy_page = models.ForeignKey(
        "content.StandardPage",
        verbose_name=_("privacy page"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Linked at the forms, in each language in which everybody can read it."),
    )

    panels: ClassVar[list[Any]] = [
        MultiFieldPanel([FieldPanel("name"), FieldPanel("logo")], _("Name and logo")),
        FieldPanel("contact_email"),
        FieldPanel("social_links"),
        FieldPanel("privacy_page"),
    ]

    class Meta:
        verbose_name = _("site name, logo and contact")
