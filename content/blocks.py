"""The blocks of a page's body. `content.block_api` says what each answers as JSON."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.embeds.oembed_providers import all_providers
from wagtail.images.blocks import ImageChooserBlock

LANGUAGES = [
    ("text", _("Plain text")),
    ("bash", "Bash"),
    ("c", "C"),
    ("cpp", "C++"),
    ("csharp", "C#"),
    ("css", "CSS"),
    ("go", "Go"),
    ("html", "HTML"),
    ("java", "Java"),
    ("javascript", "JavaScript"),
    ("json", "JSON"),
    ("kotlin", "Kotlin"),
    ("php", "PHP"),
    ("python", "Python"),
    ("ruby", "Ruby"),
    ("rust", "Rust"),
    ("sql", "SQL"),
    ("typescript", "TypeScript"),
    ("yaml", "YAML"),
]


class HeadingBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Text"), max_length=120)
    level = blocks.ChoiceBlock(
        label=_("Level"),
        choices=[("2", _("Section")), ("3", _("Subsection"))],
        default="2",
        help_text=_("The page's title is level 1, so a section is level 2."),
    )

    class Meta:
        icon = "title"
        label = _("Heading")
        label_format = "{text}"


class ImageBlock(blocks.StructBlock):
    image = ImageChooserBlock(label=_("Image"))
    caption = blocks.CharBlock(
        label=_("Caption"),
        required=False,
        max_length=250,
        help_text=_("Shown below the picture. It does not replace the alternative text."),
    )

    class Meta:
        icon = "image"
        label = _("Image")
        label_format = "{caption}"


class GalleryBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("Heading"), required=False, max_length=120)
    images = blocks.ListBlock(ImageBlock(), label=_("Images"), min_num=2, max_num=24)

    class Meta:
        icon = "image"
        label = _("Gallery")
        label_format = "{heading}"


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("Quote"), max_length=600)
    attribution = blocks.CharBlock(label=_("Who said it"), required=False, max_length=120)

    class Meta:
        icon = "openquote"
        label = _("Quote")
        label_format = "{text}"


class CodeBlock(blocks.StructBlock):
    language = blocks.ChoiceBlock(label=_("Language"), choices=LANGUAGES, default="text")
    code = blocks.TextBlock(label=_("Code"), max_length=20_000, rows=12)

    class Meta:
        icon = "code"
        label = _("Code")
        label_format = "{language}"


class EmbedBlock(blocks.StructBlock):
    """A video or post on another platform, as link and title. Nothing is fetched, ever."""

    url = blocks.URLBlock(
        label=_("Address"),
        help_text=_("The address of the video or post, for example from YouTube or Vimeo."),
    )
    title = blocks.CharBlock(
        label=_("Title"), max_length=200, help_text=_("Read out and shown before it is loaded.")
    )
    thumbnail = ImageChooserBlock(label=_("Preview picture"), required=False)

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if provider_of(cleaned["url"]) is None:
            message = _("This platform cannot be embedded. Add the address as a link instead.")
            raise StructBlockValidationError(block_errors={"url": ValidationError(message)})
        return cleaned

    class Meta:
        icon = "media"
        label = _("Video or post")
        label_format = "{title}"


_PROVIDER_NAMES = {
    "codepen.io": "CodePen",
    "dailymotion.com": "Dailymotion",
    "flickr.com": "Flickr",
    "reddit.com": "Reddit",
    "slideshare.net": "SlideShare",
    "soundcloud.com": "SoundCloud",
    "speakerdeck.com": "Speaker Deck",
    "spotify.com": "Spotify",
    "ted.com": "TED",
    "twitter.com": "X",
    "vimeo.com": "Vimeo",
    "youtube.com": "YouTube",
}
_PROVIDER_PATTERNS = [
    (provider["endpoint"].split("/")[2], [re.compile(pattern) for pattern in provider["urls"]])
    for provider in all_providers
]


def provider_of(url: str) -> str | None:
    """Name of the platform behind ``url`` (``"YouTube"``), or ``None`` if it is not a known one.

    Looked up in Wagtail's list of oEmbed providers (https://oembed.com), without a request.
    """
    for host, patterns in _PROVIDER_PATTERNS:
        if any(pattern.match(url) for pattern in patterns):
            domain = ".".join(host.split(".")[-2:])
            return _PROVIDER_NAMES.get(domain, domain)
    return None


class DocumentBlock(blocks.StructBlock):
    document = DocumentChooserBlock(label=_("Document"))
    title = blocks.CharBlock(
        label=_("Title"),
        required=False,
        max_length=200,
        help_text=_("Leave empty to show the document's own title."),
    )

    class Meta:
        icon = "doc-full-inverse"
        label = _("Document")
        label_format = "{title}"


class TargetBlock(blocks.StructBlock):
    """Something that leads to one of our pages or, without one, to an address."""

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not (cleaned.get("page") or cleaned.get("url")):
            message = _("Choose a page or type an address.")
            raise StructBlockValidationError(block_errors={"page": ValidationError(message)})
        return cleaned


class LinkBlock(TargetBlock):
    label = blocks.CharBlock(label=_("Label"), max_length=60)
    page = blocks.PageChooserBlock(label=_("Page of this site"), required=False)
    url = blocks.URLBlock(
        label=_("Or another address"),
        required=False,
        help_text=_("Only used when no page is chosen."),
    )

    class Meta:
        icon = "link"
        label = _("Link")
        label_format = "{label}"


class CallToActionBlock(TargetBlock):
    heading = blocks.CharBlock(label=_("Heading"), max_length=120)
    text = blocks.TextBlock(label=_("Text"), required=False, max_length=400)
    label = blocks.CharBlock(label=_("Button"), max_length=60)
    page = blocks.PageChooserBlock(label=_("Page of this site"), required=False)
    url = blocks.URLBlock(
        label=_("Or another address"),
        required=False,
        help_text=_("Only used when no page is chosen."),
    )

    class Meta:
        icon = "pick"
        label = _("Call to action")
        label_format = "{heading}"


class BodyBlock(blocks.StreamBlock):
    """What the body of an event or a standard page is made of."""

    heading = HeadingBlock()
    rich_text = blocks.RichTextBlock(label=_("Text"), icon="pilcrow")
    image = ImageBlock()
    gallery = GalleryBlock()
    quote = QuoteBlock()
    code = CodeBlock()
    embed = EmbedBlock()
    document = DocumentBlock()
    call_to_action = CallToActionBlock()
