"""The buttons: each does one thing and says that it is done."""

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.admin import messages

from cms.models import User
from integrations.mail import services
from integrations.mail.models import OutgoingMail


def _user_of(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _send_again(request: HttpRequest, mail: OutgoingMail) -> None:
    if services.send_again(mail=mail, user=_user_of(request)):
        messages.success(request, _("It is sent again. Reload this page to see how it went."))
    else:
        messages.warning(request, _("It is being sent right now."))


def _cancel(request: HttpRequest, mail: OutgoingMail) -> None:
    if services.cancel(mail=mail, user=_user_of(request)):
        messages.success(request, _("Withdrawn. It is not sent."))
    else:
        messages.warning(request, _("It has left already."))


def _allow(request: HttpRequest, mail: OutgoingMail) -> None:
    if services.allow_address(mail=mail, user=_user_of(request)):
        messages.success(request, _("Mail is sent to this address again from now on."))
    else:
        messages.warning(request, _("Nothing was held back from this address."))


def _try_now(request: HttpRequest) -> None:
    services.try_now()
    messages.success(request, _("Tried within some seconds. Reload this page to see how it went."))


def _test(request: HttpRequest) -> None:
    user = _user_of(request)
    if user is None or not user.email:
        messages.error(request, _("Your account has no e-mail address to send a test to."))
        return
    try:
        services.queue_mail(
            template="test",
            to=user.email,
            context={"asked_by": user.get_full_name() or user.get_username()},
            language=get_language(),
        )
    except services.InvalidAddressError:
        messages.error(request, _("Mail cannot be sent to the address of your account."))
    else:
        messages.success(request, _("A test is on its way to the address of your account."))


MAIL_BUTTONS: dict[str, Callable[[HttpRequest, OutgoingMail], None]] = {
    "send-again": _send_again,
    "cancel": _cancel,
    "allow": _allow,
}
WAY_BUTTONS: dict[str, Callable[[HttpRequest], None]] = {"try-now": _try_now, "test": _test}
