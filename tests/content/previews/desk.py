"""What an editor does to see a draft, as requests of a browser, and what the frontend asks then."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from cms.models import User
from tests.contract.openapi import ApiClient

API = "/api/v2/page_preview/"


@dataclass(frozen=True)
class Frame:
    """The address at which the frontend is opened."""

    url: str

    @classmethod
    def of(cls, response: HttpResponse) -> "Frame":
        assert response.status_code == 200, response.content[:500]
        frames = BeautifulSoup(response.content, "html.parser").find_all("iframe")
        assert len(frames) == 1, response.content.decode()[:2000]
        return cls(str(frames[0]["src"]))

    @property
    def parameters(self) -> dict[str, str]:
        return {name: value for name, (value,) in parse_qs(urlsplit(self.url).query).items()}

    @property
    def token(self) -> str:
        return self.parameters["token"]

    @property
    def api_path(self) -> str:
        """What the frontend asks with the parameters that it was opened with."""
        parameters = {name: self.parameters[name] for name in ("content_type", "token")}
        return f"{API}?{urlencode(parameters)}"

    def ask(self, **headers: str) -> Any:
        return ApiClient().get(self.api_path, headers=headers)

    def read(self) -> Any:
        response = self.ask()
        assert response.status_code == 200, response.content
        return response.json()


class Desk:
    """One editor in one browser."""

    def __init__(self, user: User, *, cookies: Any = None) -> None:
        """`cookies`: those of a browser in which the user is signed in already."""
        self.user = user
        self.client = Client()
        if cookies is None:
            self.client.force_login(user)
        else:
            self.client.cookies = cookies

    def type_in(self, url: str, data: dict[str, Any], *, mode: str | None = None) -> Frame:
        """Change the form behind the preview ``url``, as the side panel does, and look."""
        answer = self.client.post(url, data)
        assert answer.status_code == 200, answer.content[:500]
        assert answer.json() == {"is_valid": True, "is_available": True}, self._errors(url)
        query = {"in_preview_panel": "true", **({} if mode is None else {"mode": mode})}
        separator = "&" if "?" in url else "?"
        return Frame.of(self.client.get(f"{url}{separator}{urlencode(query)}"))

    def _errors(self, url: str) -> str:
        return self.client.get(url).content.decode()[:500]

    def edit_page(self, page: Any, data: dict[str, Any], *, mode: str | None = None) -> Frame:
        url = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
        return self.type_in(url, data, mode=mode)

    def add_page(self, model: Any, parent: Any, data: dict[str, Any]) -> Frame:
        arguments = [model._meta.app_label, model._meta.model_name, parent.pk]
        url = reverse("wagtailadmin_pages:preview_on_add", args=arguments)
        return self.type_in(url, data)

    def view_draft(self, page: Any, **query: str) -> Frame:
        url = reverse("wagtailadmin_pages:view_draft", args=[page.pk])
        return Frame.of(self.client.get(url, query))

    def view_revision(self, page: Any, revision: Any) -> Frame:
        arguments = [page.pk, revision.pk]
        return Frame.of(
            self.client.get(reverse("wagtailadmin_pages:revisions_view", args=arguments))
        )

    def edit_snippet(self, snippet: Any, data: dict[str, Any]) -> Frame:
        return self.type_in(snippet_url(snippet, "preview_on_edit", snippet.pk), data)

    def add_snippet(self, model: Any, data: dict[str, Any], language: str | None = None) -> Frame:
        url = snippet_url(model, "preview_on_add")
        return self.type_in(f"{url}?locale={language}" if language else url, data)

    def view_snippet_revision(self, snippet: Any, revision: Any) -> Frame:
        url = snippet_url(snippet, "revisions_view", snippet.pk, revision.pk)
        return Frame.of(self.client.get(url))


def snippet_url(model: Any, view: str, *arguments: Any) -> str:
    name = f"wagtailsnippets_{model._meta.app_label}_{model._meta.model_name}:{view}"
    return reverse(name, args=arguments)
