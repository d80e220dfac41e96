"""What people do with webhooks. Everything is in Wagtail's log, secrets are not."""

from collections.abc import Sequence

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.log_actions import log

from cms.ops.outbox import OutboxRow
from integrations.webhooks import signing
from integrations.webhooks.event_types import PING
from integrations.webhooks.models import SECRET_OVERLAP, Delivery, Endpoint, Message

_MOST_AT_ONCE = 1000


class EndpointNotActiveError(ValueError):
    """Nothing can be sent to an endpoint that is paused or switched off."""


def give_secret(endpoint: Endpoint) -> str:
    """Set the first secret of an endpoint that is not saved yet, and answer it."""
    secret = signing.new_secret()
    endpoint.encrypted_secret = signing.encrypt(secret)
    return secret


@transaction.atomic
def add_endpoint(
    *,
    url: str,
    event_types: Sequence[str] = (),
    description: str = "",
    user: AbstractBaseUser | None = None,
) -> tuple[Endpoint, str]:
    """Add an endpoint; answers it and its secret, which nobody sees again.

    Raises ``ValidationError``.
    """
    endpoint = Endpoint(url=url, event_types=list(event_types), description=description)
    secret = give_secret(endpoint)
    endpoint.full_clean()
    endpoint.save()
    log(endpoint, "wagtail.create", user=user)
    return endpoint, secret


@transaction.atomic
def change_secret(*, endpoint: Endpoint, user: AbstractBaseUser | None = None) -> str:
    """Answer a new secret. For `SECRET_OVERLAP` the present one signs as well."""
    endpoint = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
    endpoint.former_encrypted_secret = endpoint.encrypted_secret
    endpoint.former_secret_ends_at = timezone.now() + SECRET_OVERLAP
    if not _is_readable(endpoint.encrypted_secret):
        endpoint.former_encrypted_secret, endpoint.former_secret_ends_at = "", None
    secret = give_secret(endpoint)
    endpoint.save()
    log(endpoint, "webhooks.change_secret", user=user)
    return secret


def _is_readable(encrypted: str) -> bool:
    try:
        signing.decrypt(encrypted)
    except signing.UnreadableSecretError:
        return False
    return True


@transaction.atomic
def pause(*, endpoint: Endpoint, user: AbstractBaseUser | None = None) -> None:
    """Send nothing until `resume`; messages are kept for then."""
    _set_state(endpoint, Endpoint.State.PAUSED)
    log(endpoint, "webhooks.pause", user=user)


@transaction.atomic
def resume(*, endpoint: Endpoint, user: AbstractBaseUser | None = None) -> None:
    """Send again, what was kept first; also to an endpoint that was switched off."""
    _set_state(endpoint, Endpoint.State.ACTIVE)
    log(endpoint, "webhooks.resume", user=user)
    for delivery in _first(Delivery.objects.due().filter(endpoint=endpoint)):
        delivery.defer()


@transaction.atomic
def switch_off(*, endpoint: Endpoint, user: AbstractBaseUser | None = None) -> None:
    """Send nothing and keep nothing from now on."""
    _set_state(endpoint, Endpoint.State.DISABLED)
    log(endpoint, "webhooks.switch_off", user=user)


def _set_state(endpoint: Endpoint, state: Endpoint.State) -> None:
    endpoint.state, endpoint.state_reason = state, ""
    endpoint.save(update_fields=["state", "state_reason"])


@transaction.atomic
def send_test(*, endpoint: Endpoint, user: AbstractBaseUser | None = None) -> Delivery:
    """Send a message of type ``ping``, once. Raises `EndpointNotActiveError`."""
    if not endpoint.is_active:
        raise EndpointNotActiveError
    now = timezone.now()
    message = Message.objects.create(
        type=PING,
        object_type=endpoint._meta.label,
        object_id=endpoint.pk,
        state=OutboxRow.State.DONE,
        finished_at=now,
        seen_at=now,
    )
    message.refresh_from_db()
    log(endpoint, "webhooks.test", user=user)
    return Delivery.enqueue(message=message, endpoint=endpoint)


@transaction.atomic
def send_again(*, delivery: Delivery, user: AbstractBaseUser | None = None) -> bool:
    """Send what was sent before, failed or waits, now and with the same ``webhook-id``.

    False while somebody is at it.
    """
    is_sent = delivery.send_again()
    if is_sent:
        log(delivery.endpoint, "webhooks.send_again", user=user, data=_about([delivery]))
    return is_sent


@transaction.atomic
def send_failed_again(*, endpoint: Endpoint, user: AbstractBaseUser | None = None) -> int:
    """Send everything again that failed for good; answers how many."""
    failed = _first(Delivery.objects.failed().filter(endpoint=endpoint))
    sent = [delivery for delivery in failed if delivery.send_again()]
    if sent:
        log(endpoint, "webhooks.send_again", user=user, data=_about(sent))
    return len(sent)


def _first(deliveries: QuerySet[Delivery]) -> list[Delivery]:
    return list(deliveries.order_by("created_at", "pk")[:_MOST_AT_ONCE])


def _about(deliveries: Sequence[Delivery]) -> dict[str, int]:
    return {"deliveries": len(deliveries)}
