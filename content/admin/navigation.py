"""Navigation and footer: one entry per language."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import LiveStatusTagColumn, LocaleColumn, UpdatedAtColumn
from wagtail.models import Locale
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet

from content.admin.snippet_previews import LocalizedCreateView, LocalizedPreviewOnCreateView
from content.models import Navigation


class NavigationIndexView(IndexView):
    # A few rows: there is nothing to search or to filter.
    is_searchable = False
    filterset_class = None

    def get_base_queryset(self) -> QuerySet[Navigation]:
        return super().get_base_queryset().select_related("locale", "latest_revision")

    @cached_property
    def list_display(self) -> list[Any]:
        return [
            "__str__",
            LocaleColumn(label=_("Language")),
            LiveStatusTagColumn(),
            UpdatedAtColumn(),
        ]

    def get_add_url(self) -> str | None:
        """No second one for a language, so none at all when every language has its own."""
        if not Locale.objects.exclude(pk__in=Navigation.objects.values("locale")).exists():
            return None
        return super().get_add_url()


class NavigationViewSet(SnippetViewSet):
    model = Navigation
    index_view_class = NavigationIndexView
    add_view_class = LocalizedCreateView
    preview_on_add_view_class = LocalizedPreviewOnCreateView
    ordering: ClassVar[list[str]] = ["locale__language_code"]
    icon = "list-ul"
    menu_label = _("Navigation")
    menu_name = "navigation"
    menu_order = 600
    add_to_admin_menu = True
    copy_view_enabled = False
