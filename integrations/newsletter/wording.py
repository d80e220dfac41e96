"""What people agree to. It stands on our own pages and in the mail that asks them to confirm, so
it is what they have seen whatever website asked for their address; `GET /api/subscribe` has it for
other websites.

The ledger keeps the sentence as it was read, and its version. Whoever changes the sentence gives it
a new version; a test compares the two.
"""

from django.utils import translation
from django.utils.translation import gettext

from cms.site_name import site_name

VERSION = "2026-11"


def consent_text(language: str) -> str:
    """The sentence in ``language``, with the site's name."""
    with translation.override(language):
        return gettext(
            "I want to get the newsletter of %(site_name)s by email. For this my address, and my "
            "name if I gave it, are stored. I can unsubscribe at any time with the link in every "
            "mail, or have everything erased."
        ) % {"site_name": site_name()}
