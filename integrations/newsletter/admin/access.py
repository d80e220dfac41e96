"""Who may do what with subscribers: view, change (unsubscribe, release), delete (erase), import and
export are rights of their own.
"""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from wagtail.admin.menu import MenuItem

EVERY_RIGHT = ("view", "change", "delete", "import", "export")


def may(request: HttpRequest, right: str) -> bool:
    """Whether the user has ``right``; to see people, any that needs to."""
    rights = ("view", "change", "delete") if right == "view" else (right,)
    return any(request.user.has_perm(f"newsletter.{each}_subscriber") for each in rights)


def require(request: HttpRequest, right: str) -> None:
    """Raises `PermissionDenied`."""
    if not may(request, right):
        raise PermissionDenied


class ViewerItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may(request, "view")


class ImporterItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may(request, "import")
