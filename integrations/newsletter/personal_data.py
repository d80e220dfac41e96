"""What this app keeps about a person."""

from django.utils.translation import gettext_lazy as _

from cms.personal_data import PersonalDataSource, Record, register_personal_data
from integrations.mail.services import canonical_address
from integrations.newsletter.importing import Person, waiting_imports_of
from integrations.newsletter.list_services import erase
from integrations.newsletter.models import ConsentEntry, ListImport, SignupRequest, Subscriber
from integrations.newsletter.objections import object_for
from integrations.newsletter.states import ConsentKind, Route, State

_FIELDS = (
    *("id", "created_at", "email", "name", "locale", "source", "state", "asked_at"),
    *("confirmed_at", "left_at"),
)
_CONSENT = (
    *("recorded_at", "asked_at", "kind", "route", "wording", "wording_version", "locale", "source"),
)
_REQUEST = ("created_at", "email", "name", "locale", "source")


_LABELS = {
    "id": _("Number"),
    "created_at": _("Since"),
    "email": _("Email address"),
    "file_name": _("File that waits for its import"),
    "name": _("Name"),
    "locale": _("Language"),
    "source": _("Place on the website, or source"),
    "state": _("State"),
    "asked_at": _("Asked for"),
    "confirmed_at": _("Confirmed"),
    "left_at": _("Left"),
    "ledger": _("Consent ledger"),
    "recorded_at": _("When"),
    "kind": _("What"),
    "route": _("By way of"),
    "wording": _("Wording"),
    "wording_version": _("Version of the wording"),
}


def register() -> None:
    register_personal_data(
        PersonalDataSource("newsletter", _("Newsletter"), _find, _erase, _LABELS)
    )


def _find(address: str) -> list[Record]:
    canonical = canonical_address(address)
    subscribers = Subscriber.objects.filter(canonical_email=canonical).prefetch_related("consents")
    requests = SignupRequest.objects.filter(canonical_email=canonical)
    return [
        *(_subscriber(each) for each in subscribers),
        *requests.values(*_REQUEST),
        *(_line(row, person) for row, person in waiting_imports_of(canonical)),
    ]


def _subscriber(subscriber: Subscriber) -> Record:
    return {
        **{name: getattr(subscriber, name) for name in _FIELDS},
        "state": State(subscriber.state),
        "ledger": [_consent(entry) for entry in subscriber.consents.all()],
    }


def _line(row: ListImport, person: Person) -> Record:
    return {
        "created_at": row.created_at,
        "file_name": row.file_name,
        "email": person.email,
        "name": person.name,
        "locale": person.locale,
        "source": row.consent_source,
    }


def _consent(entry: ConsentEntry) -> Record:
    return {
        **{name: getattr(entry, name) for name in _CONSENT},
        "kind": ConsentKind(entry.kind),
        "route": Route(entry.route),
    }


def _erase(address: str) -> int:
    canonical = canonical_address(address)
    if waiting_imports_of(canonical):
        # The file goes when it is done, at the latest after a day; the person is not brought in.
        object_for(canonical)
    count = erase(subscribers=Subscriber.objects.filter(canonical_email=canonical), user=None)
    waiting, _by_model = SignupRequest.objects.filter(canonical_email=canonical).delete()
    return count + waiting
