"""Taking over a list from elsewhere: upload, see what would happen, approve, look how it goes."""

from typing import Any

from django import forms
from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets import AdminDateInput
from wagtail.log_actions import log

from cms.people_admin import user_of
from integrations.newsletter import importing
from integrations.newsletter.admin.access import ImporterItem, require
from integrations.newsletter.importing import MOST_BYTES, UnreadableListError
from integrations.newsletter.models import LONGEST_CONSENT_SOURCE, ListImport
from integrations.newsletter.states import ImportResult

NAMESPACE = "subscriber_imports"
_FORMER_SHOWN = 20
_PROBLEMS_SHOWN = 200


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy(
            "The first line names the columns: email, and if you have them name (or first name and "
            "last name) and language. Others are left out. Up to 20,000 people."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )
    consent_source = forms.CharField(
        label=gettext_lazy("Where is it kept that these people agreed?"),
        help_text=gettext_lazy(
            "For example: paper lists of the conference 2026, folder 3 in the office. It is kept "
            "with each of them, as proof."
        ),
        max_length=LONGEST_CONSENT_SOURCE,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    consented_on = forms.DateField(
        label=gettext_lazy("When did they agree? (optional)"),
        required=False,
        widget=AdminDateInput,
    )
    locale = forms.ChoiceField(
        label=gettext_lazy("Language of those for whom the file has none"),
        choices=settings.LANGUAGES,
    )
    asks_to_confirm = forms.BooleanField(
        label=gettext_lazy("Send each of them a mail to confirm"),
        help_text=gettext_lazy(
            "Without it nobody gets a mail, and they are subscribed at once. With it they are "
            "subscribed when they confirm."
        ),
        required=False,
    )

    def clean_consented_on(self) -> Any:
        day = self.cleaned_data["consented_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        return day

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        file, locale = given.get("file"), given.get("locale")
        if file is None or locale is None:
            return given
        try:
            text = importing.decoded(file.read(MOST_BYTES + 1))
            people = importing.people_in(text, locale=locale)
        except UnreadableListError as error:
            self.add_error("file", str(error))
        else:
            given["content"] = text
            given["rows_total"] = sum(not person.problem for person in people)
        return given

    def save(self, user: Any) -> ListImport:
        given = self.cleaned_data
        names = ("consent_source", "consented_on", "locale", "asks_to_confirm", "rows_total")
        row: ListImport = ListImport.enqueue(
            user=user,
            file_name=given["file"].name[:200],
            content=given["content"],
            **{name: given[name] for name in names},
        )
        return row


class _ImportView(WagtailAdminTemplateMixin, TemplateView):
    header_icon = "upload"
    page_title = gettext_lazy("Import subscribers")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        require(request, "import")
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        url = reverse(f"{NAMESPACE}:index")
        return [*super().get_breadcrumbs_items(), {"url": url, "label": _("Import subscribers")}]


class UploadView(_ImportView):
    template_name = "newsletter/admin/imports.html"

    def post(self, request: HttpRequest) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        return redirect(page_url(form.save(user_of(request))))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        former = ListImport.objects.defer("content").select_related("user").order_by("-pk")
        return {
            **super().get_context_data(**{"form": UploadForm(), **kwargs}),
            "former": [(row, page_url(row), progress_of(row)) for row in former[:_FORMER_SHOWN]],
        }


def page_url(row: ListImport) -> str:
    return reverse(f"{NAMESPACE}:import", args=[row.pk])


def progress_of(row: ListImport) -> str:
    """How far it is, in words."""
    match row.state:
        case ListImport.State.DONE:
            return _("done")
        case ListImport.State.CANCELLED:
            return _("discarded")
        case ListImport.State.DEAD:
            return _("failed")
    if not row.is_approved:
        return _("waits for your yes")
    return _("running: %(share)d %%") % {"share": row.share_done}


class ImportView(_ImportView):
    """What would happen, what happens, or what has happened."""

    template_name = "newsletter/admin/import.html"

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = get_object_or_404(ListImport, pk=pk)
        if "approve" in request.POST:
            self._approve(row)
        elif "discard" in request.POST and row.cancel():
            messages.success(request, _("Discarded. The file is forgotten."))
        return redirect(page_url(row))

    @transaction.atomic
    def _approve(self, row: ListImport) -> None:
        waiting = ListImport.objects.filter(
            pk=row.pk, is_approved=False, state=ListImport.State.WAITING
        )
        if not waiting.update(is_approved=True, next_attempt_at=Now()):
            return
        row.refresh_from_db()
        row.defer()
        data = {"people": row.rows_total, "asks_to_confirm": row.asks_to_confirm}
        log(row, "newsletter.import", user=user_of(self.request), data=data)
        messages.success(self.request, _("The import has begun. Reload this page to follow it."))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = get_object_or_404(ListImport.objects.select_related("user"), pk=self.kwargs["pk"])
        is_draft = row.state == ListImport.State.WAITING and not row.is_approved
        context = {
            **super().get_context_data(**kwargs),
            "row": row,
            "language": dict(settings.LANGUAGES).get(row.locale, row.locale),
            "progress": progress_of(row),
            "is_draft": is_draft,
            "is_running": row.state == ListImport.State.WAITING and row.is_approved,
        }
        results = row.results
        if is_draft:
            people = importing.people_in(row.content, locale=row.locale)
            results = importing.foresee(people, asks_to_confirm=row.asks_to_confirm)
            problems = [person for person in people if person.problem]
            context["problems"] = problems[:_PROBLEMS_SHOWN]
            context["problem_count"] = len(problems)
            context["unshown_count"] = max(len(problems) - _PROBLEMS_SHOWN, 0)
        labels = dict(ImportResult.choices)
        context["results"] = [(labels.get(name, name), results[name]) for name in sorted(results)]
        return context


class ImportViewSet(ViewSet):
    menu_label = gettext_lazy("Import")
    menu_order = 200
    icon = "upload"
    menu_item_class = ImporterItem

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", UploadView.as_view(), name="index"),
            path("<int:pk>/", ImportView.as_view(), name="import"),
        ]
