"""The form of a testimonial."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm


class TestimonialForm(WagtailAdminModelForm):
    """A draft may lack the words or the name. With neither, nobody would find it again."""

    def clean(self) -> Any:
        cleaned: Any = super().clean()
        # What is required and missing is told already.
        if not (self.errors or cleaned.get("quote") or cleaned.get("author_name")):
            message = _("Write what was said, or who said it.")
            self.add_error("quote", ValidationError(message, code="required"))
        return cleaned
