"""A notice on the first page, for whoever can do something about it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models.functions import Now
from django.urls import reverse
from wagtail.admin.ui.components import Component

from integrations.mail import channel
from integrations.mail.admin.mails import NAMESPACE, may
from integrations.mail.models import OutgoingMail
from integrations.mail.progress import MailStatus

_RECENT = timedelta(days=7)


class MailTroublePanel(Component):
    """The way out is closed, or mails have failed in the last week."""

    name = "mail_trouble"
    order = 40
    template_name = "mail/admin/trouble.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        request = parent_context["request"]
        if not may(request, "view"):
            return {}
        way = channel.current()
        failed = OutgoingMail.objects.failed().filter(finished_at__gt=Now() - _RECENT).count()
        list_url = reverse(f"{NAMESPACE}:index")
        return {
            "channel": way,
            "failed": failed,
            "waiting": 0 if way.is_open else OutgoingMail.objects.waiting_unheld().count(),
            "is_shown": bool(failed) or not way.is_open,
            "list_url": list_url,
            "failed_url": f"{list_url}?current_status={MailStatus.FAILED.value}",
        }
