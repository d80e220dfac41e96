"""What all content has in common that editors look at in the frontend before it is public."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.http import urlencode
from wagtail.models import PreviewableMixin
from wagtail_headless_preview.models import HeadlessPreviewMixin
from wagtail_headless_preview.settings import headless_preview_settings
from wagtail_headless_preview.signals import preview_update

from content.models.previews import Preview


class DraftPreviewMixin(HeadlessPreviewMixin, PreviewableMixin):
    """Previews in the frontend, for pages and snippets alike.

    wagtail-headless-preview's tokens and rows are for pages only and valid for days, so this keeps
    the draft in rows of its own; page, settings and signal are that package's.
    """

    def make_preview_request(
        self,
        original_request: HttpRequest | None = None,
        preview_mode: str | None = None,
        extra_request_attrs: dict[str, Any] | None = None,
    ) -> HttpResponse:
        # The imitated request is in the language of the site, its reader is the editor.
        attributes = {"editor_language": translation.get_language(), **(extra_request_attrs or {})}
        response: HttpResponse = super().make_preview_request(
            original_request, preview_mode, attributes
        )
        return response

    def _get_dummy_header_url(self, original_request: HttpRequest | None = None) -> str | None:
        """The root of this host: the object's own address is the frontend's, and its path may be
        one that means something else here.
        """
        return original_request.build_absolute_uri("/") if original_request else None

    def serve_preview(self, request: Any, mode_name: str) -> HttpResponse:
        """The page that shows the frontend in a frame; ``request`` is the one Wagtail imitates."""
        if mode_name not in dict(self.preview_modes) or not request.user.is_authenticated:
            raise Http404
        Preview.objects.purge_expired()
        token = Preview.objects.keep(
            self,
            user=request.user,
            session_key=request.session.session_key,
            mode=mode_name,
            is_form=getattr(request, "is_editing", False),
        )
        preview_update.send(sender=HeadlessPreviewMixin, token=token)
        url = self.get_preview_url(request, token)
        if headless_preview_settings.REDIRECT_ON_PREVIEW:
            return HttpResponseRedirect(url)
        context = {"preview_url": url, "title": str(self)}
        with translation.override(request.editor_language):
            return render(request, "wagtail_headless_preview/preview.html", context)

    def get_client_root_url(self, request: HttpRequest) -> str:
        # The package asks the Site of the request, and there may be none.
        url: str = headless_preview_settings.CLIENT_URLS["default"]
        return url

    def get_preview_url(self, request: Any, token: str) -> str:
        url: str = super().get_preview_url(request, token)
        if request.preview_mode == self.default_preview_mode:
            return url
        return f"{url}&{urlencode({'mode': request.preview_mode})}"
