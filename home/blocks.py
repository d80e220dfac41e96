"""The sections of the landing page. They hold settings only; `cms.sections` says who fills them."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock
from wagtail.snippets.blocks import SnippetChooserBlock

from content.blocks import CallToActionBlock, LinkBlock


class HeroBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("Heading"), max_length=120)
    text = blocks.TextBlock(label=_("Text"), required=False, max_length=400)
    image = ImageChooserBlock(label=_("Image"), required=False)
    links = blocks.ListBlock(LinkBlock(), label=_("Buttons"), max_num=2, default=[])

    class Meta:
        icon = "image"
        label = _("Opening")
        label_format = "{heading}"


class StatisticBlock(blocks.StructBlock):
    value = blocks.CharBlock(label=_("Number"), max_length=20, help_text=_("For example “250+”."))
    label = blocks.CharBlock(label=_("What it counts"), max_length=60)


class StatisticsBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("Heading"), required=False, max_length=120)
    items = blocks.ListBlock(StatisticBlock(), label=_("Numbers"), min_num=1, max_num=6)

    class Meta:
        icon = "order"
        label = _("Numbers")
        label_format = "{heading}"


class ListSectionBlock(blocks.StructBlock):
    """Base of sections whose items come from elsewhere."""

    heading = blocks.CharBlock(label=_("Heading"), max_length=120)
    limit = blocks.IntegerBlock(label=_("How many at most"), min_value=1, max_value=12, default=3)


class EventsBlock(ListSectionBlock):
    mode = blocks.ChoiceBlock(
        label=_("Which events"),
        choices=[("upcoming", _("The next ones")), ("selected", _("The ones chosen below"))],
        default="upcoming",
    )
    selected = blocks.ListBlock(
        blocks.PageChooserBlock(page_type="content.EventPage", label=_("Event")),
        label=_("Chosen events"),
        max_num=12,
        default=[],
    )

    class Meta:
        icon = "date"
        label = _("Events")
        label_format = "{heading}"


class TestimonialsBlock(ListSectionBlock):
    mode = blocks.ChoiceBlock(
        label=_("Which testimonials"),
        choices=[("featured", _("The featured ones")), ("selected", _("The ones chosen below"))],
        default="featured",
    )
    selected = blocks.ListBlock(
        SnippetChooserBlock("content.Testimonial", label=_("Testimonial")),
        label=_("Chosen testimonials"),
        max_num=12,
        default=[],
    )

    class Meta:
        icon = "openquote"
        label = _("Testimonials")
        label_format = "{heading}"


class FetchedSectionBlock(ListSectionBlock):
    """Base of sections whose items are fetched from another service, and say when."""


class ProjectsBlock(FetchedSectionBlock):
    mode = blocks.ChoiceBlock(
        label=_("Which projects"),
        choices=[("featured", _("The featured ones")), ("all", _("In the editors' order"))],
        default="featured",
    )

    class Meta:
        icon = "code"
        label = _("Projects")
        label_format = "{heading}"


class ContributionsBlock(FetchedSectionBlock):
    mode = blocks.ChoiceBlock(
        label=_("Which contributions"),
        choices=[("latest", _("The latest")), ("merged", _("The latest accepted ones"))],
        default="latest",
    )

    class Meta:
        icon = "history"
        label = _("Contributions")
        label_format = "{heading}"


class FormSectionBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("Heading"), max_length=120)
    text = blocks.TextBlock(label=_("Text"), required=False, max_length=400)


class ContactFormBlock(FormSectionBlock):
    class Meta:
        icon = "mail"
        label = _("Contact form")
        label_format = "{heading}"


class NewsletterFormBlock(FormSectionBlock):
    class Meta:
        icon = "mail"
        label = _("Newsletter form")
        label_format = "{heading}"


class SectionsBlock(blocks.StreamBlock):
    hero = HeroBlock()
    rich_text = blocks.RichTextBlock(label=_("Text"), icon="pilcrow")
    statistics = StatisticsBlock()
    events = EventsBlock()
    testimonials = TestimonialsBlock()
    projects = ProjectsBlock()
    contributions = ContributionsBlock()
    call_to_action = CallToActionBlock()
    contact_form = ContactFormBlock()
    newsletter_form = NewsletterFormBlock()
