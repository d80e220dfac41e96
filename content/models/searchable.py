"""Full-text search over what a model says, without minding accents."""

from typing import ClassVar

from django.db import models
from wagtail.search import index

from content.search import folded_text


class FoldedSearchMixin(models.Model):
    """Adds the text of ``folded_fields`` to the index, without accents (`content.search`)."""

    folded_fields: ClassVar[tuple[str, ...]] = ()

    search_fields: ClassVar[list[index.BaseField]] = [index.AutocompleteField("folded_text")]

    class Meta:
        abstract = True

    def folded_text(self) -> str:
        return folded_text(self, self.folded_fields)
