"""The tables of the newsletter."""

from integrations.newsletter.models.imports import DRAFTS_FOR, ListImport
from integrations.newsletter.models.list_copy import (
    ListComparison,
    ListEntry,
    last_comparison,
    way_key,
)
from integrations.newsletter.models.subscribers import (
    LONGEST_ADDRESS,
    LONGEST_CONSENT_SOURCE,
    LONGEST_LOCALE,
    LONGEST_NAME,
    LONGEST_SOURCE,
    Confirmation,
    ConsentEntry,
    ErasedAddress,
    SignupRequest,
    Subscriber,
)

__all__ = [
    "DRAFTS_FOR",
    "LONGEST_ADDRESS",
    "LONGEST_CONSENT_SOURCE",
    "LONGEST_LOCALE",
    "LONGEST_NAME",
    "LONGEST_SOURCE",
    "Confirmation",
    "ConsentEntry",
    "ErasedAddress",
    "ListComparison",
    "ListEntry",
    "ListImport",
    "SignupRequest",
    "Subscriber",
    "last_comparison",
    "way_key",
]
