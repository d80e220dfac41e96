"""The buttons of an endpoint's overview: each does one thing and says that it is done."""

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin import messages

from cms.models import User
from integrations.webhooks import services
from integrations.webhooks.models import Endpoint


def user_of(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _test(request: HttpRequest, endpoint: Endpoint) -> None:
    try:
        services.send_test(endpoint=endpoint, user=user_of(request))
    except services.EndpointNotActiveError:
        messages.error(request, _("Nothing is sent to this address now. Switch it on first."))
        return
    messages.success(request, _("A test is on its way. Reload this page to see how it went."))


def _pause(request: HttpRequest, endpoint: Endpoint) -> None:
    services.pause(endpoint=endpoint, user=user_of(request))
    messages.success(request, _("Paused. What happens meanwhile is kept and sent later."))


def _resume(request: HttpRequest, endpoint: Endpoint) -> None:
    services.resume(endpoint=endpoint, user=user_of(request))
    messages.success(request, _("Switched on. What was kept is sent now."))


def _switch_off(request: HttpRequest, endpoint: Endpoint) -> None:
    services.switch_off(endpoint=endpoint, user=user_of(request))
    messages.success(request, _("Switched off. What happens from now on is not kept."))


def _send_failed_again(request: HttpRequest, endpoint: Endpoint) -> None:
    count = services.send_failed_again(endpoint=endpoint, user=user_of(request))
    text = ngettext("%(count)d message is sent again.", "%(count)d messages are sent again.", count)
    messages.success(request, text % {"count": count})


def change_secret(request: HttpRequest, endpoint: Endpoint) -> str:
    return services.change_secret(endpoint=endpoint, user=user_of(request))


BUTTONS: dict[str, Callable[[HttpRequest, Endpoint], None]] = {
    "test": _test,
    "pause": _pause,
    "resume": _resume,
    "switch-off": _switch_off,
    "send-failed-again": _send_failed_again,
}
