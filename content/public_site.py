"""What of the page tree is public, and where it is on the frontend.

Everything here is worked out from one query, because Wagtail's cached site root paths are kept per
process and may be an hour old in the others.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import (
    CharField,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast
from django.utils.encoding import iri_to_uri
from wagtail.models import (
    CollectionViewRestriction,
    DraftStateMixin,
    Page,
    PageViewRestriction,
    Site,
)
from wagtail.snippets.models import get_snippet_models


@dataclass(frozen=True)
class SiteRoot:
    """The landing page of one language."""

    page_id: int
    tree_path: str
    url_path: str
    language: str


def _host_and_port(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def frontend_url(root_url: str) -> str:
    """The frontend's base: `FRONTEND_URL` as long as the Site of ``root_url`` says the same place.

    A Site has no scheme, so anything but port 443 would be plain http, and no path; the setting
    knows better.
    """
    hostname, port = _host_and_port(settings.FRONTEND_URL)
    same = root_url == Site(hostname=hostname, port=port).root_url
    return settings.FRONTEND_URL.rstrip("/") if same else root_url


def _outer(name: str) -> Any:
    return ExpressionWrapper(OuterRef(name), output_field=CharField())


def _below(name: str, tree_paths: Iterable[str]) -> Q:
    """Condition for pages with one of ``tree_paths`` and for everything below them."""
    condition = Q(pk__in=[])
    for path in tree_paths:
        condition |= Q(**{f"{name}__startswith": path})
    return condition


_NO_MOMENT = Cast(Value(None), DateTimeField())


def _tree_facts(now: datetime) -> QuerySet[Any, tuple[Any, ...]]:
    """Rows of (kind, tree path, id, url path, language, hostname, port, moment); what is not a
    landing page has only the first two, and the next thing to expire only the last.
    """
    site = Site.objects.filter(is_default_site=True)
    roots = Page.objects.filter(
        translation_key=Subquery(site.values("root_page__translation_key")[:1]),
        locale__language_code__in=[code for code, _name in settings.LANGUAGES],
    ).values_list(
        Value("root", output_field=CharField()),
        "path",
        "pk",
        "url_path",
        "locale__language_code",
        Subquery(site.values("hostname")[:1], output_field=CharField()),
        Subquery(site.values("port")[:1], output_field=IntegerField()),
        _NO_MOMENT,
    )
    nothing = [
        Value(0, output_field=IntegerField()),
        *(Value("", output_field=CharField()) for _name in ("url_path", "language", "hostname")),
        Value(0, output_field=IntegerField()),
    ]
    hidden = Page.objects.filter(
        Q(live=False) | Q(expire_at__lte=now), Q(numchild__gt=0) | Q(depth=2), depth__gt=1
    ).values_list(Value("hidden", output_field=CharField()), "path", *nothing, _NO_MOMENT)
    restricted = PageViewRestriction.objects.values_list(
        Value("restricted", output_field=CharField()), "page__path", *nothing, _NO_MOMENT
    )
    expiring = [
        model._default_manager.filter(live=True, expire_at__gt=now)
        .order_by("expire_at")
        .values_list(
            Value("expiring", output_field=CharField()),
            Value("", output_field=CharField()),
            *nothing,
            "expire_at",
        )[:1]
        for model in (Page, *_expiring_snippets())
    ]
    return roots.union(hidden, restricted, *expiring, all=True)


def _expiring_snippets() -> list[type[Model]]:
    return [model for model in get_snippet_models() if issubclass(model, DraftStateMixin)]


class PublicSite:
    """The default Site as the public sees it at ``now``."""

    def __init__(
        self,
        roots: Sequence[SiteRoot],
        base_url: str,
        now: datetime,
        *,
        hidden_paths: Sequence[str] = (),
        restricted_paths: Sequence[str] = (),
        expires_at: datetime | None = None,
    ) -> None:
        self.roots = roots
        self.base_url = base_url
        self.now = now
        self.expires_at = expires_at
        """When the next page or snippet expires, wherever it is; None if nothing will."""
        self._hidden_paths = hidden_paths
        self._restricted_paths = restricted_paths

    @classmethod
    def load(
        cls, now: datetime, *, as_if_shown: Sequence[str] = (), as_if_open: Sequence[str] = ()
    ) -> "PublicSite":
        """Read the landing pages of the default Site and what hides the pages below. One query.

        Few pages hide others, so their tree paths become constants of `public`: a subquery over
        the whole tree would be run for every page. ``as_if_shown`` and ``as_if_open``: tree paths
        of pages that are taken for published, or for not restricted, as they were a moment ago.
        """
        paths: dict[str, list[str]] = {"hidden": [], "restricted": []}
        moments: list[datetime] = []
        roots, base_url = [], settings.FRONTEND_URL.rstrip("/")
        for kind, path, pk, url_path, language, hostname, port, moment in _tree_facts(now):
            if kind == "expiring":
                moments.append(moment)
            elif kind == "root":
                roots.append(SiteRoot(pk, path, url_path, language))
                base_url = frontend_url(Site(hostname=hostname, port=port).root_url)
            elif path not in (as_if_shown if kind == "hidden" else as_if_open):
                paths[kind].append(path)
        hiding = tuple(paths["hidden"] + paths["restricted"])
        return cls(
            [root for root in roots if not root.tree_path.startswith(hiding)],
            base_url,
            now,
            hidden_paths=paths["hidden"],
            restricted_paths=paths["restricted"],
            expires_at=min(moments, default=None),
        )

    def path_of(self, url_path: str) -> str | None:
        """The frontend's path of a page (``/es/eventos/``), or ``None`` outside of the site."""
        for root in self.roots:
            if url_path.startswith(root.url_path):
                prefix = "" if root.language == settings.LANGUAGE_CODE else f"/{root.language}"
                return f"{prefix}/{url_path.removeprefix(root.url_path)}"
        return None

    def html_url(self, url_path: str) -> str | None:
        """The page's address on the frontend (RFC 3986: other scripts percent-encoded)."""
        path = self.path_of(url_path)
        return None if path is None else self.base_url + iri_to_uri(path)

    def url_path_of(self, path: str) -> str | None:
        """The opposite of `path_of`: ``/es/eventos/`` → ``/home-es/eventos/``."""
        parts = [part for part in path.split("/") if part]
        by_language = {root.language: root for root in self.roots}
        prefixed = parts and parts[0] in by_language and parts[0] != settings.LANGUAGE_CODE
        language = parts.pop(0) if prefixed else settings.LANGUAGE_CODE
        root = by_language.get(language)
        return None if root is None else "/".join([root.url_path.rstrip("/"), *parts, ""])

    def public(self) -> Q:
        """Condition for pages that anybody may read now.

        A page is public when it and everything above it are published and not expired, nothing
        above it is restricted, and it belongs to the site. An alias repeats what its source says,
        so it is no more public than that: Wagtail restricts only the page that an editor chose.
        """
        in_site = _below("path", (root.tree_path for root in self.roots))
        shown = Q(live=True) & (Q(expire_at__isnull=True) | Q(expire_at__gt=self.now))
        condition = in_site & shown
        for name, paths in (
            ("path", [*self._hidden_paths, *self._restricted_paths]),
            ("alias_of__path", self._restricted_paths),
        ):
            if paths:
                condition &= ~_below(name, paths)
        return condition

    def would_show(self, tree_path: str) -> bool:
        """Whether a page at ``tree_path`` is public as soon as it is published."""
        hiding = (*self._hidden_paths, *self._restricted_paths)
        in_site = any(tree_path.startswith(root.tree_path) for root in self.roots)
        return in_site and not tree_path.startswith(hiding)

    def pages(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """``queryset`` without what is not public."""
        return queryset.filter(self.public())


def in_public_collection() -> Q:
    """Condition for images and documents that are in no restricted collection."""
    restrictions = CollectionViewRestriction.objects.alias(below=_outer("collection__path")).filter(
        below__startswith=F("collection__path")
    )
    return Q(~Exists(restrictions))
