"""Who GitHub is asked about."""

from typing import Any, ClassVar

from django.contrib.humanize.templatetags.humanize import intcomma
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.viewsets.model import ModelViewSet

from integrations.github.models import Account


def _repositories(account: Account) -> str:
    return intcomma(account.repository_count) if account.shows_projects else "–"


def _contributions(account: Account) -> str:
    return intcomma(account.contribution_count) if account.shows_contributions else "–"


class AccountViewSet(ModelViewSet):
    model = Account
    icon = "group"
    menu_label = _("Accounts")
    menu_order = 200
    copy_view_enabled = False
    add_to_reference_index = False
    ordering: ClassVar[list[str]] = ["login"]
    search_fields: ClassVar[list[str]] = ["login"]
    search_backend_name = None
    list_display: ClassVar[list[Any]] = [
        "login",
        BooleanColumn("shows_projects", label=_("Repositories shown")),
        BooleanColumn("shows_contributions", label=_("Contributions shown")),
        Column("repository_count", label=_("Repositories"), accessor=_repositories),
        Column("contribution_count", label=_("Contributions"), accessor=_contributions),
    ]
    edit_handler = ObjectList(
        [
            FieldPanel("login"),
            MultiFieldPanel(
                [
                    FieldPanel("shows_projects"),
                    FieldPanel("includes_forks"),
                    FieldPanel("includes_archived"),
                    FieldPanel("topics"),
                    FieldPanel("minimum_stars"),
                ],
                heading=_("Repositories"),
            ),
            MultiFieldPanel([FieldPanel("shows_contributions")], heading=_("Contributions")),
        ]
    )

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        # Nothing refers to an account.
        return {**super().get_common_view_kwargs(**kwargs), "usage_url_name": None}

    def get_urlpatterns(self) -> list[URLPattern]:
        return [each for each in super().get_urlpatterns() if each.name != "usage"]
