"""Reading a file of people, foreseeing what an import would do, and doing it."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.text_rules import validate_one_line
from integrations.mail.services import InvalidAddressError, parse_address, suppressed_among
from integrations.newsletter.list_services import import_subscriber
from integrations.newsletter.models import LONGEST_NAME, ListImport, Subscriber
from integrations.newsletter.objections import objected_among
from integrations.newsletter.states import SUPPRESSED, ImportResult, State

MOST_ROWS = 20_000
MOST_BYTES = 5 * 1024 * 1024
_AT_ONCE = 100

# As spreadsheets and other providers name them, folded by `_column`.
_NAMES = {
    "email": (
        "email",
        "e_mail",
        "email_address",
        "address",
        "mail",
        "correo",
        "correo_electronico",
    ),
    "name": ("name", "full_name", "nombre", "nombre_completo"),
    "first_name": ("first_name", "firstname", "given_name", "nombre_de_pila"),
    "last_name": ("last_name", "lastname", "surname", "family_name", "apellido", "apellidos"),
    "language": ("language", "locale", "lang", "idioma", "lengua"),
}
_COLUMNS = {name: column for column, names in _NAMES.items() for name in names}


class UnreadableListError(ValueError):
    """The file is no table of people; the message says why, for whoever uploaded it."""


@dataclass(frozen=True)
class Person:
    """One line of a file: who it names, or in ``problem`` why it cannot be used."""

    line: int
    email: str = ""
    canonical: str = ""
    name: str = ""
    locale: str = ""
    problem: str = ""


def decoded(content: bytes) -> str:
    """The text of an uploaded file: UTF-8 or, as Excel saves CSV, UTF-16 or Windows-1252.

    Raises `UnreadableListError`.
    """
    if len(content) > MOST_BYTES:
        raise UnreadableListError(_("The file is larger than 5 MB."))
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    for each in (encoding, "cp1252"):
        try:
            text = content.decode(each)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableListError(_("This is not a CSV file."))


def people_in(text: str, *, locale: str) -> list[Person]:
    """Everybody in a table whose first line names the columns: ``email``, and if there are some
    ``name`` (or first and last name) and ``language``; ``locale`` is that of the others.

    Raises `UnreadableListError`.
    """
    header = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=header.count))
    try:
        columns = [_COLUMNS.get(_column(cell), "") for cell in next(reader, [])]
        if "email" not in columns:
            raise UnreadableListError(
                _("The first line has to name the columns, and one of them “email”.")
            )
        found = list(_people(reader, columns, locale))
    except csv.Error as error:
        message = _("Line %(line)d cannot be read.") % {"line": reader.line_num}
        raise UnreadableListError(message) from error
    if not found:
        raise UnreadableListError(_("There is nobody in this file."))
    return found


def _people(reader: Any, columns: list[str], locale: str) -> Iterator[Person]:
    first_lines: dict[str, int] = {}
    count = 0
    for cells in reader:
        line = reader.line_num
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        if count > MOST_ROWS:
            raise UnreadableListError(
                _("There are more than %(most)d people in this file. Please divide it.")
                % {"most": MOST_ROWS}
            )
        person = _person(line, cells, columns, locale)
        first = first_lines.setdefault(person.canonical or f"line {line}", line)
        if first == line:
            yield person
        else:
            yield Person(line, problem=_("The same address as in line %(line)d.") % {"line": first})


def _person(line: int, cells: list[str], columns: list[str], locale: str) -> Person:
    if len(cells) > len(columns):
        return Person(line, problem=_("There are more cells than columns have names."))
    values = {column: cell.strip() for column, cell in zip(columns, cells, strict=False) if column}
    try:
        address = parse_address(values.get("email", ""))
    except InvalidAddressError:
        return Person(line, problem=_("This is not an email address that mail can be sent to."))
    parts = (values.get("first_name", ""), values.get("last_name", ""))
    name = values.get("name") or " ".join(part for part in parts if part)
    language = values.get("language", "").casefold().replace("_", "-")
    chosen = _language(language) if language else locale
    if chosen is None:
        return Person(line, problem=_("The site has no such language."))
    try:
        validate_one_line(name)
    except ValidationError:
        return Person(line, problem=_("The name has characters that cannot be seen."))
    if len(name) > LONGEST_NAME:
        return Person(line, problem=_("The name is too long."))
    return Person(line, address.given, address.canonical, name, chosen)


def _language(value: str) -> str | None:
    """A code of the site for ``es``, ``es-CR`` or ``Español``."""
    codes = dict(settings.LANGUAGES)
    by_name = {str(name).casefold(): code for code, name in codes.items()}
    short = value.partition("-")[0]
    return value if value in codes else short if short in codes else by_name.get(value)


def _column(cell: str) -> str:
    plain = cell.strip().casefold().replace("ó", "o").replace("é", "e")
    return "_".join(plain.replace("-", " ").split())


def foresee(people: Sequence[Person], *, asks_to_confirm: bool) -> "Counter[str]":
    """How many of `ImportResult` an import would have now. Changes nothing."""
    addresses = [person.canonical for person in people if not person.problem]
    known = {
        address: (state, left_at)
        for address, state, left_at in Subscriber.objects.filter(
            canonical_email__in=addresses
        ).values_list("canonical_email", "state", "left_at")
    }
    suppressed, objected = suppressed_among(addresses), objected_among(addresses)
    new = ImportResult.ASKED if asks_to_confirm else ImportResult.ADDED
    results: Counter[str] = Counter()
    for address in addresses:
        state, left_at = known.get(address, ("", None))
        if address in suppressed or state in SUPPRESSED:
            result = ImportResult.SUPPRESSED
        elif not state:
            result = ImportResult.ERASED if address in objected else new
        elif state == State.UNSUBSCRIBED or left_at is not None:
            result = ImportResult.LEFT
        else:
            result = ImportResult.UNCHANGED if state == State.CONFIRMED else new
        results[result.value] += 1
    return results


def waiting_imports_of(canonical_address: str) -> list[tuple[ListImport, Person]]:
    """Uploaded files that name an address and are not done, approved or not, with its line."""
    waiting = ListImport.objects.filter(state=ListImport.State.WAITING)
    # The part before the @ is written alike wherever it stands, but for the case.
    local_part = canonical_address.rpartition("@")[0]
    return [
        (row, person)
        for row in waiting.filter(content__icontains=local_part).order_by("pk")
        for person in people_in(row.content, locale=row.locale)
        if person.canonical == canonical_address
    ]


def run(row: ListImport) -> bool:
    """Import the held ``row``, some people in each transaction; goes on where it was stopped.

    False if the row is in other hands by now.
    """
    everybody = people_in(row.content, locale=row.locale)
    people = [person for person in everybody if not person.problem]
    while row.rows_done < len(people):
        batch = people[row.rows_done : row.rows_done + _AT_ONCE]
        if not _import_batch(row, batch):
            return False
    return row.finish()


@transaction.atomic
def _import_batch(row: ListImport, batch: Sequence[Person]) -> bool:
    held = ListImport.objects.select_for_update().filter(
        pk=row.pk, lease_token=row.lease_token, state=ListImport.State.WAITING
    )
    if not held.exists():
        return False
    results = Counter(row.results)
    # In the order of the addresses, as the locks of two imports at once.
    for person in sorted(batch, key=lambda each: each.canonical):
        results[_import(row, person).value] += 1
    row.results, row.rows_done = dict(results), row.rows_done + len(batch)
    held.update(results=row.results, rows_done=row.rows_done)
    return True


def _import(row: ListImport, person: Person) -> ImportResult:
    return import_subscriber(
        email=person.email,
        name=person.name,
        locale=person.locale,
        consent_source=row.consent_source,
        consented_at=_noon(row),
        asks_to_confirm=row.asks_to_confirm,
    )


def _noon(row: ListImport) -> datetime | None:
    """A moment of the day on which they agreed, in the site's time zone."""
    if row.consented_on is None:
        return None
    return timezone.make_aware(datetime.combine(row.consented_on, time(12)))
