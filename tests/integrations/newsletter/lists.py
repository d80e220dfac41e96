"""The lists of SendGrid and Mailgun on this machine, as far as we use them.

They keep what they are told, refuse what the vendor would, and can be as broken as one likes:
`tests.integrations.mail.providers.Provider` has the faults.
"""

import base64
import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.integrations.mail.providers import Check, Provider, form_of, json_of
from tests.integrations.webhooks.receiver import Behaviour, Received, Receiver, answer

LIST_ID = "199abb98-0af3-4a8d-b371-6811ff85d062"
OTHER_LIST = "2d7a1c55-7c0e-4e3a-9f11-000000000001"
LIST_ADDRESS = "news@example.org"
_PAGE = 2


def said(status: int, document: Any) -> Behaviour:
    return answer(status, json.dumps(document).encode(), Content_Type="application/json")


def parts_of(request: Received) -> tuple[str, dict[str, str]]:
    split = urlsplit(request.path)
    return unquote(split.path), dict(parse_qsl(split.query))


@dataclass
class SendGridContacts:
    """Contacts by address. With ``is_slow``, jobs wait until `work` is called."""

    contacts: dict[str, dict[str, Any]] = field(default_factory=dict)
    unsubscribed: dict[str, int] = field(default_factory=dict)
    """From the whole account, with the second in which it was asked for."""
    fields: list[dict[str, str]] = field(default_factory=list)
    is_slow: bool = False
    is_compressed: bool = False
    waiting: list[Callable[[], None]] = field(default_factory=list)
    jobs: dict[str, str] = field(default_factory=dict)
    files: Receiver = field(default_factory=Receiver)

    def add(self, address: str, name: str = "", language: str = "", *others: str) -> None:
        self.contacts[address.lower()] = {
            "id": f"id-{len(self.contacts) + 1}",
            "email": address.lower(),
            "first_name": name,
            "language": language,
            "list_ids": [LIST_ID, *others],
        }

    def on_list(self) -> dict[str, tuple[str, str]]:
        """Name and language by address."""
        return {
            address: (contact["first_name"], contact["language"])
            for address, contact in self.contacts.items()
            if LIST_ID in contact["list_ids"]
        }

    def work(self) -> None:
        for job in self.waiting:
            job()
        self.waiting.clear()

    def accept(self, request: Received, _number: int) -> Behaviour:
        path, query = parts_of(request)
        steps = path.removeprefix("/v3/").split("/")
        match request.method, steps:
            case "PUT", ["marketing", "contacts"]:
                return self._put(json_of(request))
            case "DELETE", ["marketing", "contacts"]:
                return self._begin(lambda: self._drop(query["ids"]))
            case "DELETE", ["marketing", "lists", list_id, "contacts"]:
                return self._begin(lambda: self._take_off(query["contact_ids"], list_id))
            case "POST", ["marketing", "contacts", "search", "identifiers", "email"]:
                return self._search(json_of(request)["identifiers"])
            case "GET", ["marketing", "contacts", "imports", job]:
                return said(200, {"id": job, "status": self.jobs[job]})
            case "POST", ["marketing", "contacts", "exports"]:
                return said(202, {"id": "export-1", "_metadata": {}})
            case "GET", ["marketing", "contacts", "exports", "export-1"]:
                return self._export()
            case "GET", ["suppression", "unsubscribes"]:
                return self._unsubscribed(query)
            case _:
                return self._define(request, steps)

    def _unsubscribed(self, query: dict[str, str]) -> Behaviour:
        part = query.get("email", "").lower()
        found = [
            {"created": created, "email": address}
            for address, created in self.unsubscribed.items()
            if part in address
        ]
        return said(200, found if query["offset"] == "0" else [])

    def _define(self, request: Received, steps: list[str]) -> Behaviour:
        match request.method, steps:
            case "DELETE", ["asm", "suppressions", "global", address]:
                is_known = self.unsubscribed.pop(address.lower(), None) is not None
                return answer(204, b"") if is_known else said(404, {"errors": []})
            case "GET", ["marketing", "field_definitions"]:
                return said(200, {"custom_fields": self.fields, "reserved_fields": []})
            case "POST", ["marketing", "field_definitions"]:
                self.fields.append({"id": "e1_T", **json_of(request)})
                return said(200, self.fields[-1])
            case "GET", ["marketing", "lists", list_id] if list_id == LIST_ID:
                return said(200, {"id": LIST_ID, "name": "News"})
        return said(404, {"errors": [{"message": "not found"}]})

    def _begin(self, work: Callable[[], None]) -> Behaviour:
        job = f"job-{len(self.jobs) + 1}"
        self.jobs[job] = "pending"

        def run() -> None:
            work()
            self.jobs[job] = "completed"

        self.waiting.append(run)
        if not self.is_slow:
            self.work()
        return said(202, {"job_id": job})

    def _put(self, document: dict[str, Any]) -> Behaviour:
        if document["list_ids"] != [LIST_ID]:
            return said(400, {"errors": [{"field": "list_ids", "message": "unknown list"}]})
        (contact,) = document["contacts"]
        if "rejected" in contact["email"]:
            return said(400, {"errors": [{"field": "contacts[0].email", "message": "invalid"}]})

        def upsert() -> None:
            address = contact["email"].lower()
            if address not in self.contacts:
                self.add(address)
            known = self.contacts[address]
            known["first_name"] = contact.get("first_name", known["first_name"])
            known["language"] = contact.get("custom_fields", {}).get("e1_T", known["language"])
            known["list_ids"] = sorted({*known["list_ids"], LIST_ID})

        return self._begin(upsert)

    def _drop(self, contact_id: str) -> None:
        self.contacts = {a: c for a, c in self.contacts.items() if c["id"] != contact_id}

    def _take_off(self, contact_id: str, list_id: str) -> None:
        for contact in self.contacts.values():
            if contact["id"] == contact_id:
                contact["list_ids"].remove(list_id)

    def _search(self, addresses: list[str]) -> Behaviour:
        found = {
            each: {"contact": self.contacts[each.lower()]}
            for each in addresses
            if each.lower() in self.contacts
        }
        if not found:
            return said(404, {"errors": [{"message": "no contacts found"}]})
        return said(200, {"result": found})

    def _export(self) -> Behaviour:
        lines = [
            {
                "contact_id": contact["id"],
                "email": address,
                "first_name": contact["first_name"],
                "custom_fields": {"language": contact["language"]},
            }
            for address, contact in self.contacts.items()
            if LIST_ID in contact["list_ids"]
        ]
        body = "\n".join(json.dumps(line) for line in lines).encode()
        file = gzip.compress(body) if self.is_compressed else body
        self.files.behave(answer(200, file, Content_Type="application/octet-stream"))
        url = f"http://127.0.0.1:{self.files.port}/export.json"
        return said(200, {"id": "export-1", "status": "ready", "urls": [url] if body else []})


@contextmanager
def sendgrid_list(
    check: Check = lambda _request: None,
) -> Iterator[tuple[Provider, SendGridContacts]]:
    key = "SG.not-a-real-key"
    contacts = SendGridContacts()
    provider = Provider("/v3/", key, check, contacts.accept, f"Bearer {key}")
    with provider, contacts.files:
        yield provider, contacts


_MAILGUN_FIELDS = {"address", "name", "vars", "subscribed", "upsert"}


@dataclass
class MailgunMembers:
    """Members by address."""

    members: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(
        self, address: str, name: str = "", language: str = "", *, has_left: bool = False
    ) -> None:
        self.members[address.lower()] = {
            "address": address.lower(),
            "name": name,
            "subscribed": not has_left,
            "vars": {"language": language} if language else {},
        }

    def on_list(self) -> dict[str, tuple[str, str]]:
        return {
            address: (member["name"], member["vars"].get("language", ""))
            for address, member in self.members.items()
            if member["subscribed"]
        }

    def accept(self, request: Received, _number: int) -> Behaviour:
        path, query = parts_of(request)
        steps = path.removeprefix("/v3/").split("/")
        if steps[:2] != ["lists", LIST_ADDRESS]:
            return said(404, {"message": f"Mailing list {steps[1]} not found"})
        match request.method, steps[2:]:
            case "GET", []:
                return said(200, {"list": {"address": LIST_ADDRESS}})
            case "POST", ["members"]:
                return self._upsert({name: values[0] for name, values in form_of(request).items()})
            case "PUT", ["members", address]:
                return self._change(address.lower(), form_of(request))
            case "DELETE", ["members", address]:
                if self.members.pop(address.lower(), None) is None:
                    return said(404, {"message": f"Member {address} not found"})
                deleted = {"member": {"address": address}}
                return said(200, {**deleted, "message": "Mailing list member has been deleted"})
            case "GET", ["members", "pages"]:
                return self._page(query.get("address", ""))
        return said(404, {"message": "not found"})

    def _change(self, address: str, form: dict[str, list[str]]) -> Behaviour:
        known = self.members.get(address)
        if known is None:
            return said(404, {"message": f"Member {address} not found"})
        known.update(name=form["name"][0], vars=json.loads(form["vars"][0]))
        return said(200, {"member": known, "message": "Mailing list member has been updated"})

    def _upsert(self, form: dict[str, str]) -> Behaviour:
        if "rejected" in form["address"]:
            return said(400, {"message": "'address' parameter is not a valid address"})
        self.add(form["address"], form["name"], json.loads(form["vars"])["language"])
        member = self.members[form["address"].lower()]
        return said(200, {"member": member, "message": "Mailing list member has been created"})

    def _page(self, pivot: str) -> Behaviour:
        """Two at a time, and a link to another host: only its query may be used."""
        later = [each for address, each in sorted(self.members.items()) if address > pivot]
        page = later[:_PAGE]
        last = page[-1]["address"] if page else pivot
        following = f"https://elsewhere.example/v3/x?page=next&address={last}&limit=100"
        return said(200, {"items": page, "paging": {"next": following}})


def check_mailgun(request: Received) -> str | None:
    if request.method not in {"POST", "PUT"}:
        return None
    fields = form_of(request)
    unknown = fields.keys() - _MAILGUN_FIELDS
    is_nobody = request.method == "POST" and "address" not in fields
    return f"{unknown}" if unknown or is_nobody else None


@contextmanager
def mailgun_list() -> Iterator[tuple[Provider, MailgunMembers]]:
    key = "key-not-a-real-one"
    members = MailgunMembers()
    basic = base64.b64encode(f"api:{key}".encode()).decode()
    provider = Provider("/v3/", key, check_mailgun, members.accept, f"Basic {basic}")
    with provider:
        yield provider, members


def choose_list(settings: Any, provider: Provider, name: str) -> None:
    """Have subscribers kept on a list of ``provider``, as the settings do."""
    settings.NEWSLETTER_PROVIDER = name
    settings.NEWSLETTER_LIST = {
        "url": provider.url,
        "key": provider.key,
        "list_name": LIST_ID if name == "sendgrid" else LIST_ADDRESS,
    }
