"""What tests of the newsletter's admin share: what a page says, and what the log has."""

from typing import Any

from wagtail.models import ModelLogEntry


def text(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode())


def logged(action: str) -> list[ModelLogEntry]:
    return list(ModelLogEntry.objects.filter(action=action))
