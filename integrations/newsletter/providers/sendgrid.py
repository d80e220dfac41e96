"""SendGrid's marketing contacts, API v3.

https://www.twilio.com/docs/sendgrid/api-reference/contacts

What is asked for is done some seconds or minutes later, by jobs that may overtake each other:
`put` and `remove` answer the job, and the next change of an address waits until it is done.
"""

import gzip
import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from itertools import islice
from typing import IO, Any
from urllib.parse import quote, urlsplit

from django.core.cache import cache

from integrations.mail.progress import AttemptResult
from integrations.newsletter.client import Api, Bearer, ProviderError, download
from integrations.newsletter.providers.base import JobState, ListProvider, Member

_AT_ONCE = 500
_LANGUAGE = "language"
_FIELD_KNOWN_SECONDS = 600
_FIRST_LOOK_SECONDS = 2.0
_LONGEST_EXPORT_SECONDS = 1200.0
_GZIP = b"\x1f\x8b"
_STATES = {"completed": JobState.DONE, "errored": JobState.FAILED, "failed": JobState.FAILED}


class SendGridList(ListProvider):
    """A list of contacts, named by its id; the language is a custom field of that name, which is
    made if there is none.
    """

    label = "SendGrid"
    longest_name = 50

    def __init__(self, *, url: str, key: str, list_name: str) -> None:
        self._api = Api(url, Bearer(key))
        self._list_id = list_name
        self._list_path = f"marketing/lists/{quote(list_name, safe='')}"

    @property
    def list_name(self) -> str:
        return self._list_id

    def put(self, member: Member, *, is_news: bool) -> str:
        self._welcome_back(member)
        contact: dict[str, Any] = {"email": member.address, "first_name": member.name}
        if member.language:
            contact["custom_fields"] = {self._language_field(): member.language}
        try:
            answer = self._api.ask(
                "PUT",
                "marketing/contacts",
                document={"list_ids": [self._list_id], "contacts": [contact]},
            )
        except ProviderError as error:
            if error.result == AttemptResult.REJECTED:
                cache.delete(self._field_key)
                # If the list is gone, that is not the fault of this contact.
                self._check_list()
            raise
        return _text(answer.document, "job_id")

    def remove(self, address: str) -> str:
        contact = self._contact(address)
        lists = contact.get("list_ids") if contact else None
        if not contact or not isinstance(lists, list) or self._list_id not in lists:
            return ""
        contact_id = _text(contact, "id")
        if lists == [self._list_id]:
            answer = self._api.ask("DELETE", "marketing/contacts", query={"ids": contact_id})
            return _text(answer.document, "job_id")
        answer = self._api.ask(
            "DELETE",
            f"{self._list_path}/contacts",
            query={"contact_ids": contact_id},
            expected=[HTTPStatus.NOT_FOUND],
        )
        if answer.status == HTTPStatus.NOT_FOUND:
            self._check_list()
            return ""
        return _text(answer.document, "job_id")

    def job_state(self, job: str) -> JobState:
        path = f"marketing/contacts/imports/{quote(job, safe='')}"
        answer = self._api.ask("GET", path, expected=[HTTPStatus.NOT_FOUND])
        if answer.status == HTTPStatus.NOT_FOUND:
            # Forgotten by now, or not known yet; the caller does it again after a while.
            return JobState.PENDING
        return _STATES.get(_text(answer.document, "status"), JobState.PENDING)

    def members(self) -> Iterator[Sequence[Member]]:
        left = dict(self._unsubscribed())
        for url in self._exported():
            with download(self._file_address(url)) as file:
                contacts = _contacts(file)
                while page := list(islice(contacts, _AT_ONCE)):
                    yield [_member(contact, left) for contact in page]

    def _welcome_back(self, member: Member) -> None:
        """Undo an unsubscription of the whole account, if ``member`` has confirmed after it."""
        if member.confirmed_at is None:
            return
        # It matches parts of addresses, too.
        left_at = dict(self._unsubscribed(email=member.address)).get(member.address.lower())
        if left_at is not None and left_at < member.confirmed_at:
            path = f"asm/suppressions/global/{quote(member.address, safe='@')}"
            self._api.ask("DELETE", path, expected=[HTTPStatus.NOT_FOUND])

    def _check_list(self) -> None:
        """Raises `ProviderError`, refused, if there is no such list."""
        self._api.ask("GET", self._list_path)

    def _contact(self, address: str) -> Mapping[str, Any] | None:
        answer = self._api.ask(
            "POST",
            "marketing/contacts/search/identifiers/email",
            document={"identifiers": [address]},
            expected=[HTTPStatus.NOT_FOUND],
        )
        if answer.status == HTTPStatus.NOT_FOUND:
            self._check_list()
            return None
        found = answer.document.get("result") if isinstance(answer.document, Mapping) else None
        if not isinstance(found, Mapping):
            raise ProviderError(AttemptResult.TEMPORARY, words="The contact cannot be read.")
        for result in found.values():
            contact = result.get("contact") if isinstance(result, Mapping) else None
            # Not one that has it as an alternate address only.
            if isinstance(contact, Mapping) and _text(contact, "email") == address.lower():
                return contact
        return None

    @property
    def _field_key(self) -> str:
        return f"newsletter.sendgrid.language:{self._list_id}"

    def _language_field(self) -> str:
        """The id of the custom field for the language."""
        known: str | None = cache.get(self._field_key)
        if known:
            return known
        answer = self._api.ask("GET", "marketing/field_definitions")
        fields = answer.document.get("custom_fields") if isinstance(answer.document, dict) else []
        found = next((f for f in fields or [] if _text(f, "name").lower() == _LANGUAGE), None)
        if found is None:
            definition = {"name": _LANGUAGE, "field_type": "Text"}
            found = self._api.ask(
                "POST", "marketing/field_definitions", document=definition
            ).document
        field_id = _text(found, "id")
        if not field_id:
            raise ProviderError(AttemptResult.TEMPORARY, words="The field cannot be read.")
        cache.set(self._field_key, field_id, _FIELD_KNOWN_SECONDS)
        return field_id

    def _unsubscribed(self, **only: str) -> Iterator[tuple[str, datetime]]:
        """Addresses that the whole account sends nothing to, because their owners asked so, and
        since when.
        """
        offset = 0
        while True:
            query = {"limit": str(_AT_ONCE), "offset": str(offset), **only}
            page = self._api.ask("GET", "suppression/unsubscribes", query=query).document
            if not isinstance(page, list):
                raise ProviderError(AttemptResult.TEMPORARY, words="The list cannot be read.")
            yield from ((_text(each, "email").lower(), _created(each)) for each in page)
            if len(page) < _AT_ONCE:
                return
            offset += len(page)

    def _exported(self) -> list[str]:
        """Where the files are that SendGrid has written for us. Waits for them."""
        wanted = {"list_ids": [self._list_id], "file_type": "json"}
        job = _text(
            self._api.ask("POST", "marketing/contacts/exports", document=wanted).document, "id"
        )
        pause, ends_at = _FIRST_LOOK_SECONDS, time.monotonic() + _LONGEST_EXPORT_SECONDS
        while time.monotonic() < ends_at:
            path = f"marketing/contacts/exports/{quote(job, safe='')}"
            export = self._api.ask("GET", path).document
            status = _text(export, "status")
            if status == "ready":
                urls = export.get("urls")
                return [str(url) for url in urls] if isinstance(urls, list) else []
            if status == "failure":
                break
            time.sleep(pause)
            pause = min(pause * 1.5, 20.0)
        raise ProviderError(AttemptResult.TEMPORARY, words="SendGrid has not exported the list.")

    def _file_address(self, url: str) -> str:
        """``url``, if it is as safe as the API: files are on another host."""
        schemes = {"https", urlsplit(self._api.url).scheme}
        if urlsplit(url).scheme not in schemes:
            raise ProviderError(AttemptResult.TEMPORARY, words="The file cannot be fetched.")
        return url


def _text(document: Any, name: str) -> str:
    value = document.get(name) if isinstance(document, Mapping) else None
    return value if isinstance(value, str) else ""


def _created(document: Any) -> datetime:
    """When it was made; where that cannot be read, later than everything."""
    seconds = document.get("created") if isinstance(document, Mapping) else None
    if not isinstance(seconds, int):
        return datetime.max.replace(tzinfo=UTC)
    return datetime.fromtimestamp(seconds, tz=UTC)


def _contacts(file: IO[bytes]) -> Iterator[Mapping[str, Any]]:
    """A JSON object in each line, compressed or not."""
    is_compressed = file.read(len(_GZIP)) == _GZIP
    file.seek(0)
    lines: Iterable[bytes] = gzip.GzipFile(fileobj=file) if is_compressed else file
    try:
        for line in lines:
            contact = json.loads(line) if line.strip() else {}
            if _text(contact, "email"):
                yield contact
    except (ValueError, EOFError, OSError) as error:
        raise ProviderError(AttemptResult.TEMPORARY, words="The file cannot be read.") from error


def _member(contact: Mapping[str, Any], left: Mapping[str, datetime]) -> Member:
    address = _text(contact, "email")
    left_at = left.get(address.lower())
    return Member(
        address=address,
        name=_text(contact, "first_name"),
        language=_text(contact.get("custom_fields"), _LANGUAGE),
        has_left=left_at is not None,
        left_at=left_at,
    )
