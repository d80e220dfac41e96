"""What an answer to an editor refers to: also what is not public."""

from django.db.models import Q

from content.references import References

_EVERYTHING = Q(pk__gt=0)
_BELOW_ROOT = Q(depth__gt=1)


class EditorReferences(References):
    """Pages that are not published and files that not everybody may see are named, too.

    Otherwise a draft that was read and sent back would lose what it refers to.
    """

    def shown_pages(self) -> Q:
        return _BELOW_ROOT

    def shown_files(self) -> Q:
        return _EVERYTHING

    def want(self, kind: str, object_id: int) -> None:
        """An image or a document."""
        self._want(kind, object_id)

    def named(self, kind: str) -> frozenset[int]:
        """Ids of the images or documents that have been loaded."""
        return frozenset(self._images if kind == "image" else self._documents)
