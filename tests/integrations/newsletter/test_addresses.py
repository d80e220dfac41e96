"""What the forms take for an e-mail address, over the corpora of others."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from integrations.contact.api import ContactSerializer
from integrations.mail.services import parse_address
from integrations.newsletter.api import SubscribeSerializer

# How many of each kind are accepted, and how many there are.
ACCEPTED = {
    # dominicsayers/isemail. Of the valid ones test@io is refused: no public mail is there. Not in
    # the DNS is not looked at. All that needs quotes, comments, folding or IP literals is refused.
    "isemail ISEMAIL_VALID_CATEGORY": (13, 14),
    "isemail ISEMAIL_DNSWARN": (8, 8),
    "isemail ISEMAIL_RFC5321": (0, 16),
    "isemail ISEMAIL_CFWS": (0, 4),
    "isemail ISEMAIL_CFWS (trimmed)": (6, 6),
    "isemail ISEMAIL_DEPREC": (0, 17),
    "isemail ISEMAIL_DEPREC (trimmed)": (2, 3),
    "isemail ISEMAIL_RFC5322": (0, 30),
    "isemail ISEMAIL_ERR": (0, 50),
    "isemail ISEMAIL_ERR (trimmed)": (16, 16),
    # JoshData/python-email-validator. Of the valid ones those are refused that have quotes or a
    # name beside the address; letters outside of ASCII before the @ are taken by few servers.
    "email-validator test_email_valid": (5, 12),
    "email-validator test_email_valid_intl_local_part": (0, 15),
    "email-validator test_email_valid_only_if_quoted_local_part": (0, 8),
    "email-validator test_email_invalid_syntax": (0, 75),
    "email-validator test_email_invalid_syntax (trimmed)": (2, 4),
    "email-validator test_email_invalid_syntax_strict": (0, 3),
    "email-validator test_email_invalid_reserved_domain": (0, 6),
    "email-validator test_email_invalid_character_smtputf8_off": (0, 2),
    # isEmail's cases once more, without those that it finds in order.
    "email-validator test_pyisemail_tests": (13, 125),
    "email-validator test_pyisemail_tests (trimmed)": (24, 25),
    "email-validator test_email_unsafe_character": (0, 8),
    "email-validator test_email_unsafe_character (trimmed)": (0, 3),
    # JSON-Schema-Test-Suite. The valid ones that are refused have quotes, IP literals or letters
    # outside of ASCII before the @.
    "json-schema email valid": (5, 10),
    "json-schema email invalid": (0, 11),
    "json-schema idn-email valid": (3, 9),
    "json-schema idn-email valid (trimmed)": (0, 1),
    "json-schema idn-email invalid": (0, 3),
}


def corpus(folder: Path) -> Iterator[tuple[str, str]]:
    """Which corpus and kind, and the address."""
    for each in json.loads((folder / "emails-isemail.json").read_text()):
        yield f"isemail {each['category']}", each["address"]
    for each in json.loads((folder / "emails-python-email-validator.json").read_text()):
        first = each["args"][0] if isinstance(each["args"], list) else each["args"]
        address = first if isinstance(first, str) else first[0]
        yield f"email-validator {each['test']}", address
    for name in ("email", "idn-email"):
        for group in json.loads((folder / "json-schema-formats" / f"{name}.json").read_text()):
            for each in group["tests"]:
                if isinstance(each["data"], str):
                    word = "valid" if each["valid"] else "invalid"
                    yield f"json-schema {name} {word}", each["data"]


def is_accepted(address: str) -> bool:
    body = {"email": address, "name": "Ana", "message": "Hello"}
    answers = {form(data=body).is_valid() for form in (SubscribeSerializer, ContactSerializer)}
    assert len(answers) == 1, address
    return answers.pop()


def test_both_forms_accept_what_mail_can_be_sent_to(shared_data: Path) -> None:
    counts: dict[str, tuple[int, int]] = {}
    for kind, address in corpus(shared_data / "strings"):
        # Blanks and line breaks around it are taken away, as of every field of one line.
        kind += " (trimmed)" if address != address.strip() else ""
        accepted, total = counts.get(kind, (0, 0))
        yes = is_accepted(address)
        counts[kind] = (accepted + yes, total + 1)
        if yes:
            canonical = parse_address(address.strip()).canonical
            assert canonical.isascii()
            assert parse_address(canonical).canonical == canonical
    assert counts == ACCEPTED


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("ana+news@example.org", "ana+news@example.org"),
        ("ANA@Example.ORG", "ana@example.org"),
        ("ana@españa.es", "ana@xn--espaa-rta.es"),
        (" ana@example.org ", "ana@example.org"),
        ("ana@localhost", None),
        ("ana@[192.0.2.1]", None),
        ('"ana solis"@example.org', None),
        ("Ana <ana@example.org>", None),
        ("ana@example.org,b@example.org", None),
        ("ana@example.org\u200b", None),
        ("añá@example.org", None),
        ("a" * 65 + "@example.org", None),
        ("ana@" + "a." * 126 + "org", None),
    ],
    ids=range(13),
)
def test_documented_table(address: str, canonical: str | None) -> None:
    """The table of docs/newsletter.md."""
    assert is_accepted(address) == (canonical is not None)
    if canonical is not None:
        assert parse_address(address.strip()).canonical == canonical
