"""`manage.py purge_expired`: delete what is kept for a while only and has had its time."""

from typing import Any

from django.core.management.base import BaseCommand

from cms.admin_api import retention as admin_api
from cms.admin_api.audit.retention import purge_log
from cms.http import accepted_limit, idempotency
from content.preview import purge_expired_previews
from integrations.contact import retention as contact
from integrations.github import recent as github
from integrations.mail import retention as mail
from integrations.newsletter import retention as newsletter
from integrations.webhooks import retention as webhooks


class Command(BaseCommand):
    help = "Delete what has had its time. May be repeated, also while the site runs."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Deleted {purge_expired_previews()} expired previews.")
        self.stdout.write(f"Deleted {mail.purge()} old mails.")
        self.stdout.write(f"Erased {contact.purge()} old contact messages.")
        self.stdout.write(f"Erased {newsletter.purge()} newsletter subscriptions.")
        self.stdout.write(f"Deleted {webhooks.purge()} old messages to webhooks.")
        self.stdout.write(f"Forgot {github.purge()} old messages of GitHub.")
        self.stdout.write(f"Forgot {admin_api.purge_sign_ins()} ended sign-ins.")
        self.stdout.write(f"Deleted {purge_log()} old entries of the audit log.")
        forgotten = accepted_limit.purge() + idempotency.purge()
        self.stdout.write(f"Forgot {forgotten} counted or remembered requests.")
