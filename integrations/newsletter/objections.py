"""Who was erased at their wish, as keyed digests: no import brings them back."""

from collections.abc import Iterable

from integrations.mail.services import address_digests, address_digests_of
from integrations.newsletter.models import ErasedAddress


def object_for(canonical_address: str) -> None:
    """Remember that the person does not want to be here."""
    if not has_objected(canonical_address):
        newest, *_older = address_digests(canonical_address)
        ErasedAddress.objects.get_or_create(digest=newest)


def has_objected(canonical_address: str) -> bool:
    return ErasedAddress.objects.filter(digest__in=address_digests(canonical_address)).exists()


def objected_among(canonical_addresses: Iterable[str]) -> set[str]:
    """Those of many that were erased at their owners' wish."""
    objections = set(ErasedAddress.objects.values_list("digest", flat=True).iterator())
    known = address_digests_of(canonical_addresses) if objections else {}
    return {each for each, digests in known.items() if not objections.isdisjoint(digests)}


def withdraw_objection(canonical_address: str) -> None:
    """The person has confirmed that they want to be here after all."""
    ErasedAddress.objects.filter(digest__in=address_digests(canonical_address)).delete()
