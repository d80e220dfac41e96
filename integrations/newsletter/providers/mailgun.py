"""Mailgun's mailing lists, API v3.

https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/mailing-lists
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from integrations.mail.progress import AttemptResult
from integrations.newsletter.client import Api, ProviderError
from integrations.newsletter.providers.base import JobState, ListProvider, Member

_AT_ONCE = 100
_LANGUAGE = "language"


class MailgunList(ListProvider):
    """A mailing list, named by its address; the language is a variable of the member."""

    label = "Mailgun"
    longest_name = 200

    def __init__(self, *, url: str, key: str, list_name: str) -> None:
        self._api = Api(url, ("api", key))
        self._list_name = list_name
        self._path = f"lists/{quote(list_name, safe='@')}"

    @property
    def list_name(self) -> str:
        return self._list_name

    def put(self, member: Member, *, is_news: bool) -> str:
        known = {"name": member.name, "vars": json.dumps({_LANGUAGE: member.language})}
        if not is_news:
            path = f"{self._path}/members/{quote(member.address, safe='@')}"
            answer = self._api.ask("PUT", path, form=known, expected=[HTTPStatus.NOT_FOUND])
            if answer.status != HTTPStatus.NOT_FOUND:
                return ""
        form = {"address": member.address, **known, "subscribed": "yes", "upsert": "yes"}
        self._api.ask("POST", f"{self._path}/members", form=form)
        return ""

    def remove(self, address: str) -> str:
        path = f"{self._path}/members/{quote(address, safe='@')}"
        answer = self._api.ask("DELETE", path, expected=[HTTPStatus.NOT_FOUND])
        if answer.status == HTTPStatus.NOT_FOUND:
            # Of the member or of the list: without the list, this is an error.
            self._api.ask("GET", self._path)
        return ""

    def job_state(self, job: str) -> JobState:
        return JobState.DONE

    def members(self) -> Iterator[Sequence[Member]]:
        query = {"limit": str(_AT_ONCE)}
        while True:
            document = self._api.ask("GET", f"{self._path}/members/pages", query=query).document
            page = _page(document)
            if not page:
                return
            yield page
            following = _query_of_next(document)
            if not following or following == query:
                return
            query = following


def _page(document: Any) -> list[Member]:
    items = document.get("items") if isinstance(document, Mapping) else None
    if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items):
        raise ProviderError(AttemptResult.TEMPORARY, words="The list cannot be read.")
    return [_member(item) for item in items if isinstance(item.get("address"), str)]


def _member(item: Mapping[str, Any]) -> Member:
    variables = item.get("vars")
    language = variables.get(_LANGUAGE) if isinstance(variables, Mapping) else ""
    return Member(
        address=item["address"],
        name=str(item.get("name") or ""),
        language=str(language or ""),
        has_left=item.get("subscribed") is False,
    )


def _query_of_next(document: Mapping[str, Any]) -> dict[str, str]:
    """What to ask for next. Only the query of the address: the host is the one that we know."""
    paging = document.get("paging")
    following = paging.get("next") if isinstance(paging, Mapping) else None
    return dict(parse_qsl(urlsplit(str(following or "")).query))
