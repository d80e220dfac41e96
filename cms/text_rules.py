"""What strangers may write into a field, for forms, serializers and models alike.

Refused is what nobody types and what makes a text look like another one, or one line like two. All
else is stored as it was written.
"""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff"
_BREAKS = "\t\n\r\u2028\u2029"
_HIDDEN = "\xad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
_NOT_TEXT = re.compile(f"[{_CONTROLS}]")
_NOT_ONE_LINE = re.compile(f"[{_CONTROLS}{_BREAKS}{_HIDDEN}]")


def validate_text(value: str) -> None:
    """Lines of text: no control characters but tabs and line breaks, nothing that is no text."""
    if _NOT_TEXT.search(value):
        raise ValidationError(_("This has characters that are not text."), code="not_text")


def validate_one_line(value: str) -> None:
    """One line, as a name or a title: also without line breaks, and without characters that cannot
    be seen or turn the direction of reading.
    """
    if _NOT_ONE_LINE.search(value):
        raise ValidationError(
            _("This has line breaks or characters that cannot be seen."), code="not_one_line"
        )
