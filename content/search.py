"""Search that finds words by their beginning and does not mind accents or case.

PostgreSQL's ``unaccent`` extension is not everywhere, so both the indexed text and the query are
folded here; the index itself is Wagtail's.
"""

from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import Model, QuerySet
from django.utils.encoding import force_str
from wagtail.fields import StreamField

from cms.api.words import fold, folded_words


def folded_text(instance: Model, field_names: tuple[str, ...]) -> str:
    """The folded text of the named fields, blocks included."""
    parts: list[str] = []
    for name in field_names:
        field = instance._meta.get_field(name)
        if isinstance(field, StreamField):
            parts.extend(
                force_str(part)
                for part in field.get_searchable_content(field.value_from_object(instance))
            )
        else:
            parts.append(force_str(getattr(instance, name) or ""))
    return fold(" ".join(parts))


def matching(queryset: QuerySet[Any], text: str, *, operator: str = "and") -> QuerySet[Any]:
    """``queryset`` cut down to what has every word (``or``: any word) of ``text``.

    Each word matches as the beginning of an indexed word. A text without any word matches nothing.
    """
    words = folded_words(text)
    if not words:
        return queryset.none()
    joiner = " | " if operator == "or" else " & "
    query = SearchQuery(
        joiner.join(f"'{word}':*" for word in words),
        config="simple",
        search_type="raw",
    )
    return queryset.filter(
        pk__in=queryset.model._default_manager.filter(index_entries__autocomplete=query).values(
            "pk"
        )
    )
