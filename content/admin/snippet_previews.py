"""Previews of snippets that are being added: Wagtail forgets in which language."""

from typing import Any

from wagtail.admin.views.generic.mixins import LocaleMixin
from wagtail.snippets.views.snippets import CreateView, PreviewOnCreateView


class LocalizedCreateView(CreateView):
    def get_preview_url(self) -> str | None:
        url = super().get_preview_url()
        return url and self._set_locale_query_param(url)


class LocalizedPreviewOnCreateView(LocaleMixin, PreviewOnCreateView):
    def get_object(self) -> Any:
        return self.model(locale=self.locale)
