"""Testimonials as they are sent."""

from content.admin_api.input.fields import Flag, ImageChoice, Integer, Text
from content.admin_api.input.meta import MetaInput
from content.admin_api.input.objects import InputSerializer


class TestimonialInput(InputSerializer):
    """What can be written of a testimonial. What is left out stays, or gets its default."""

    is_replaced_whole = False

    meta = MetaInput(source="*")
    author_name = Text()
    author_role = Text()
    author_organisation = Text()
    author_photo = ImageChoice("photo")
    quote = Text(help_text="Plain text.")
    rating = Integer()
    featured = Flag()
    source_url = Text()
