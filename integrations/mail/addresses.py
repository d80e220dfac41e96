"""What counts as an e-mail address, and when two of them are the same."""

import re
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

LONGEST = 254
"""RFC 5321: what fits between the angle brackets of a path."""

# A name without a dot, or below one of the domains that no public name is below (RFC 6761, 6762).
_OWN_NETWORK = re.compile(
    r"(?=.{1,200}\Z)([a-z0-9-]{1,63}\.)*(localhost|local|test|invalid|internal|home\.arpa)"
    r"|[a-z0-9-]{1,63}",
    re.IGNORECASE,
)


class InvalidAddressError(ValueError):
    """This is not one address that mail can be sent to. Does not quote it."""


@dataclass(frozen=True)
class Address:
    """``given``: as somebody wrote it. ``deliverable``: with the domain in punycode, as it is
    sent. ``canonical``: that in lower case, the same for every way to write it.
    """

    given: str
    deliverable: str

    @property
    def canonical(self) -> str:
        return self.deliverable.lower()


def parse_address(text: str, *, is_local_allowed: bool = False) -> Address:
    """The one address that ``text`` is. Raises `InvalidAddressError`.

    Refused are display names, quoted local parts, IP literals, letters outside of ASCII before the
    @ (few servers take them), and everything with a blank, a comma or a control character.
    Machines of an own network, as ``localhost``, only with ``is_local_allowed``.
    """
    if len(text) > LONGEST:
        raise InvalidAddressError
    local_part, _at, domain = text.rpartition("@")
    if is_local_allowed and _OWN_NETWORK.fullmatch(domain):
        # The part before the @ has to be as good as anywhere else.
        _deliverable(f"{local_part}@example.org")
        return Address(given=text, deliverable=f"{local_part}@{domain.lower()}")
    return Address(given=text, deliverable=_deliverable(text))


def _deliverable(text: str) -> str:
    try:
        valid = validate_email(text, allow_smtputf8=False, check_deliverability=False, strict=True)
    except EmailNotValidError as error:
        raise InvalidAddressError from error
    if valid.ascii_email is None or len(valid.ascii_email) > LONGEST:
        raise InvalidAddressError
    return valid.ascii_email


def canonical_address(text: str) -> str:
    """The canonical form of ``text``; what is no address is only brought to lower case."""
    try:
        return parse_address(text.strip()).canonical
    except InvalidAddressError:
        return text.strip().lower()
