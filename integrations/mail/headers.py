"""What may stand in the header of a mail: one line, nothing that a program would read as two.

Django's SMTP backend refuses line breaks, anymail's backends do not: a line break in a subject goes
out as it is, and an address with a comma becomes two recipients.
"""

import re
import unicodedata
from collections.abc import Mapping
from email.utils import getaddresses, parseaddr

from integrations.mail.addresses import Address, InvalidAddressError, parse_address

_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_NAME = re.compile(r"[!-9;-~]{1,76}")
_LONGEST_VALUE = 2000
_LONGEST_SUBJECT = 300
_LONGEST_NAME = 200
_OURS = frozenset(
    {"from", "to", "cc", "bcc", "subject", "message-id", "date", "reply-to", "sender"}
)


class UnsafeHeaderError(ValueError):
    """A header is not one line. Names it and does not quote the value."""


def one_line(text: str, *, longest: int = _LONGEST_SUBJECT) -> str:
    """``text`` on one line: whatever breaks or hides a line becomes a blank."""
    flat = _BREAKS.sub(" ", text)
    flat = "".join(each for each in flat if unicodedata.category(each) not in ("Cf", "Cs"))
    return " ".join(flat.split())[:longest].rstrip()


def display_name(text: str) -> str:
    """A name that stands before an address. Without what separates addresses."""
    return one_line(re.sub(r'[<>@,;:"\\()\[\]]', " ", text), longest=_LONGEST_NAME)


def checked_headers(headers: Mapping[str, object]) -> dict[str, str]:
    """Headers as they may be sent, without those that belong to the mail itself.

    Raises `UnsafeHeaderError`.
    """
    checked = {}
    for name, value in headers.items():
        if not _NAME.fullmatch(name):
            raise UnsafeHeaderError(_BREAKS.sub(" ", name)[:80])
        if name.lower() in _OURS:
            continue
        text = str(value)
        if _BREAKS.search(text) or len(text) > _LONGEST_VALUE:
            raise UnsafeHeaderError(name)
        checked[name] = text
    return checked


def single_recipient(text: str) -> tuple[str, Address]:
    """Name and address of ``Name <address>`` or ``address``. Raises `InvalidAddressError`.

    For mails of Django and Wagtail, whose recipients are users of this site; machines in an own
    network are allowed.
    """
    if _BREAKS.search(text):
        raise InvalidAddressError
    pairs = getaddresses([text])
    if len(pairs) != 1:
        raise InvalidAddressError
    name, address = pairs[0]
    if not text.rstrip().removesuffix(">").endswith(address):
        raise InvalidAddressError
    return display_name(name), parse_address(address, is_local_allowed=True)


def checked_sender(text: str) -> str:
    """A From line. Raises `InvalidAddressError`."""
    name, address = single_recipient(text)
    return f"{name} <{address.deliverable}>" if name else address.deliverable


def domain_of(sender: str) -> str:
    """The domain of a From line, for Message-IDs."""
    return parseaddr(sender)[1].rpartition("@")[2].lower() or "localhost"
