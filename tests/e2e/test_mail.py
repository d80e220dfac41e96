"""An administrator sends a test, sees why it failed, sends it again, and looks at the templates."""

import re
import sys

import pytest
from playwright.sync_api import Browser, expect

from tests.cms.ops.conftest import StartProcess, read_until, start_process
from tests.e2e.browser import DESKTOP, sign_in
from tests.e2e.conftest import RunningSite
from tests.e2e.test_webhooks import look, reload_until
from tests.integrations.mail.providers import Provider, json_of, sendgrid
from tests.integrations.webhooks.receiver import answer

__all__ = ["start_process"]

# Not for the database of this process, which stays empty: only so that there is one to copy.
pytestmark = pytest.mark.django_db


def start_worker(
    start_process: StartProcess, running_site: RunningSite, provider: Provider
) -> None:
    process = start_process(
        [sys.executable, "manage.py", "worker"],
        {
            "DATABASE_URL": running_site.database_url,
            "DJANGO_SETTINGS_MODULE": "cms.settings.development",
            "EMAIL_PROVIDER": "sendgrid",
            "SENDGRID_API_KEY": provider.key,
            "SENDGRID_API_URL": provider.url,
            "DEFAULT_FROM_EMAIL": "cms@example.org",
        },
    )
    read_until(process, "Worker started")


def test_mail_is_tried_understood_sent_again_and_looked_at(
    browser: Browser, running_site: RunningSite, start_process: StartProcess
) -> None:
    context = browser.new_context(viewport={"width": DESKTOP, "height": 900})
    context.set_default_timeout(30_000)
    page = sign_in(context, running_site.url, "administrator", running_site.password)
    with sendgrid() as provider:
        provider.fail(answer(400, b'{"errors": [{"message": "no such sender"}]}'))
        start_worker(start_process, running_site, provider)
        page.goto(f"{running_site.url}/admin/mail/")
        page.get_by_role("button", name="Send a test mail to me").click()
        test = page.get_by_role("link", name=re.compile("^Test mail of"))
        expect(test).to_be_visible()
        look(page, "mails")
        test.click()
        reload_until(page, "no such sender")
        expect(page.locator(".cms-attempts")).to_contain_text("no such sender")
        look(page, "mail-failed")
        page.get_by_role("button", name="Send again").click()
        reload_until(page, "taken (202)")
        look(page, "mail-sent")
        (request,) = provider.accepted
    message_id = json_of(request)["headers"]["Message-ID"]
    assert page.get_by_text(message_id).count() == 1

    page.goto(f"{running_site.url}/admin/mail-samples/")
    look(page, "samples")
    row = page.get_by_role("row", name="Acknowledgement of a message")
    row.get_by_role("link", name="Español").click()
    frame = page.frame_locator("iframe.mail-sample")
    expect(frame.locator("html[lang=es]")).to_contain_text("Una persona lo lee y le responde")
    look(page, "sample")
