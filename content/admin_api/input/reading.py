"""Reads a body whole: everything that is wrong with it is noted, and what is right is used."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page
from wagtail.permissions import policy_registry

from cms.http.problems import InputError
from cms.models import User
from content.admin_api.references import EditorReferences
from content.references import MAX_ID

_HAS_MORE = re.compile("[?#]")
UNREADABLE = object()
"""Stands for a value that was refused."""


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON; unlike in Python, 1 is not true."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def below(pointer: str, key: object) -> str:
    """The JSON Pointer (RFC 6901) of a member or item of what ``pointer`` points to."""
    return f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"


@dataclass(frozen=True)
class Later:
    """Stands for a value that follows when all that a body leads to has been looked up at once."""

    value: Callable[[], Any]


def settled(raw: Any) -> Any:
    """``raw`` with every `Later` in it replaced by its value."""
    match raw:
        case Later():
            return raw.value()
        case list():
            return [settled(item) for item in raw]
        case dict():
            return {name: settled(member) for name, member in raw.items()}
    return raw


class Reading:
    """One body being read.

    ``current``: what a read of the object answers now; empty for a new one. ``references``: what
    that answer named. ``rows`` and ``blocks``: what is stored of its relations and blocks.
    """

    def __init__(
        self,
        *,
        user: User,
        references: EditorReferences,
        current: Mapping[str, Any] | None = None,
        rows: Mapping[str, list[dict[str, Any]]] | None = None,
        blocks: Iterable[dict[str, Any]] = (),
    ) -> None:
        self.user = user
        self.references = references
        self.current = current or {}
        self.rows = rows or {}
        self.blocks = {block.get("id"): block for block in blocks}
        self.block_positions: list[int] = []
        """Where in what was sent each block stands that could be read."""
        self._named = {kind: references.named(kind) for kind in ("image", "document")}
        self.problems: list[InputError] = []
        self._chosen: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
        self._repeated: list[tuple[str, int, Callable[[], None]]] = []
        self._paths: dict[str, int | None] = {}
        self.links = 0
        """How many links of texts have been read."""

    def refuse(self, pointer: str, code: str, message: str) -> Any:
        self.problems.append(InputError(code=code, message=message, pointer=pointer))
        return UNREADABLE

    def refuse_type(self, pointer: str, message: str) -> Any:
        return self.refuse(pointer, "invalid", message)

    def refuse_unknown(self, pointer: str) -> Any:
        return self.refuse(pointer, "unknown", _("This field is not known."))

    def refuse_read_only(self, pointer: str) -> Any:
        return self.refuse(pointer, "read_only", _("This cannot be changed here."))

    def choose(self, kind: str, object_id: int, pointer: str) -> None:
        """Note that an image, a document or a page was chosen, to be looked up with the others."""
        self._chosen[kind][object_id].append(pointer)

    def choose_repeated(self, kind: str, object_id: int, compare: Callable[[], None]) -> None:
        """Note an image or document that was sent with what was read of it.

        ``compare`` refuses what it is not. It is called when the object is loaded in `references`,
        and never for one that the user may not choose: nobody is to learn what that is like.
        """
        self._repeated.append((kind, object_id, compare))

    def want_page_at(self, path: str) -> None:
        """Note a path of the frontend, to be looked up with the others."""
        if path.startswith("/") and not _HAS_MORE.search(path):
            self._paths.setdefault(path, None)

    def load(self) -> None:
        """Look up every path that was noted. One query for any number of them."""
        url_paths = {path: self.references.site.url_path_of(path) for path in self._paths}
        wanted = [url_path for url_path in url_paths.values() if url_path]
        pages = Page.objects.filter(url_path__in=wanted) if wanted else Page.objects.none()
        found = dict(pages.values_list("url_path", "pk"))
        self._paths = {path: found.get(url_path or "") for path, url_path in url_paths.items()}

    def page_at(self, path: str) -> int | None:
        """The page whose address on the frontend is ``path``, after `load`."""
        return self._paths.get(path)

    def check_choices(self) -> None:
        """Refuse what does not exist or the user may not choose; what was there may stay."""
        refused = {
            "image": self._check_files("image", get_image_model()),
            "document": self._check_files("document", get_document_model()),
        }
        pages = self._chosen["page"]
        found = Page.objects.filter(pk__in=pages, depth__gt=1).values_list("pk", flat=True)
        self._refuse_missing(pages, set(found) if pages else set())
        repeated = [each for each in self._repeated if each[1] not in refused[each[0]]]
        for kind, object_id, _compare in repeated:
            self.references.want(kind, object_id)
        self.references.load()
        for _kind, _object_id, compare in repeated:
            compare()

    def refuse_differences(
        self, pointer: str, members: Mapping[str, Any], answered: Mapping[str, Any]
    ) -> None:
        """Refuse every one of ``members`` that is not as in ``answered``."""
        for name, value in members.items():
            if name not in answered:
                self.refuse_unknown(below(pointer, name))
            elif not same(value, answered[name]):
                self.refuse_read_only(below(pointer, name))

    def _check_files(self, kind: str, model: Any) -> set[int]:
        """The ids that were refused."""
        there = self._named[kind]
        chosen = {pk: where for pk, where in self._chosen[kind].items() if pk not in there}
        if not chosen:
            return set()
        policy = policy_registry.get_by_type(model)
        allowed = policy.instances_user_has_permission_for(self.user, "choose")
        found = allowed.filter(pk__in=[pk for pk in chosen if pk <= MAX_ID])
        return self._refuse_missing(chosen, set(found.values_list("pk", flat=True)))

    def _refuse_missing(self, chosen: Mapping[int, list[str]], found: set[int]) -> set[int]:
        missing = chosen.keys() - found
        for pk in missing:
            for pointer in chosen[pk]:
                message = _("There is nothing with this id that you may choose.")
                self.refuse(pointer, "not_found", message)
        return missing
