"""What this app keeps about a person."""

from django.utils.translation import gettext_lazy as _

from cms.personal_data import PersonalDataSource, Record, register_personal_data
from integrations.contact.models import ContactMessage, ContactSettings
from integrations.contact.services import erase
from integrations.contact.states import Source, State, Suspicion
from integrations.mail.services import canonical_address

_LABELS = {
    "id": _("Number"),
    "received_at": _("Received"),
    "name": _("Name"),
    "email": _("Email address"),
    "subject": _("Subject"),
    "message": _("Message"),
    "locale": _("Language"),
    "has_consented": _("Agreed that it is kept"),
    "source": _("Sent by"),
    "state": _("State"),
    "suspicion": _("Held because"),
    "notes": _("Notes"),
    "written_at": _("When"),
    "text": _("Note"),
}


def register() -> None:
    register_personal_data(
        PersonalDataSource(
            "contact_messages", _("Messages of the contact form"), _find, _erase, _LABELS
        )
    )
    register_personal_data(
        PersonalDataSource(
            "contact_held_senders",
            _("Contact form: senders whose messages are held"),
            _find_held,
            _release,
            _LABELS,
        )
    )


def _find(address: str) -> list[Record]:
    found = ContactMessage.objects.filter(canonical_email=canonical_address(address))
    return [_record(message) for message in found.prefetch_related("notes")]


def _record(message: ContactMessage) -> Record:
    return {
        "id": message.pk,
        "received_at": message.received_at,
        "name": message.name,
        "email": message.email,
        "subject": message.subject,
        "message": message.message,
        "locale": message.locale,
        "has_consented": message.has_consented,
        "source": Source(message.source),
        "state": State(message.state),
        "suspicion": Suspicion(message.suspicion) if message.suspicion else "",
        "notes": [
            {"written_at": note.written_at, "text": note.text} for note in message.notes.all()
        ],
    }


def _erase(address: str) -> int:
    return erase(
        messages=ContactMessage.objects.filter(canonical_email=canonical_address(address)),
        user=None,
    )


def _find_held(address: str) -> list[Record]:
    """A domain that is held is no data of one person."""
    canonical = canonical_address(address)
    is_held = canonical in ContactSettings.load().held_senders.split()
    return [{"email": canonical}] if is_held else []


def _release(address: str) -> int:
    canonical = canonical_address(address)
    # Together with what somebody saves in the settings at the same moment.
    settings = ContactSettings.objects.select_for_update().first()
    held = settings.held_senders.split() if settings else []
    if settings is None or canonical not in held:
        return 0
    settings.held_senders = "\n".join(each for each in held if each != canonical)
    settings.save(update_fields=["held_senders"])
    return 1
