"""`/api/admin/subscribers/`: who gets the newsletter, for programs, with rights and log."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.log_actions import log

from cms.admin_api.people import PeopleListView, PeopleParameters, PersonView, state_parameter
from cms.admin_api.preconditions import state_etag
from cms.api.openapi import list_of
from integrations.newsletter import list_services
from integrations.newsletter.models import ConsentEntry, Subscriber
from integrations.newsletter.states import ConsentKind, Route, State

_TAGS = ["people"]


class SubscriberParameters(PeopleParameters):
    state = state_parameter(State.values)
    locale = serializers.ChoiceField(choices=settings.LANGUAGES, required=False)


class ConsentSerializer(serializers.Serializer[ConsentEntry]):
    """One entry of the consent ledger."""

    recorded_at = serializers.DateTimeField()
    asked_at = serializers.DateTimeField(allow_null=True)
    kind = serializers.ChoiceField(choices=ConsentKind.choices)
    route = serializers.ChoiceField(choices=Route.choices)
    wording = serializers.CharField()
    wording_version = serializers.CharField()
    locale = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # a name of REST framework's


class SubscriberSerializer(serializers.Serializer[Subscriber]):
    """A subscriber of the newsletter."""

    id = serializers.UUIDField()
    email = serializers.CharField()
    name = serializers.CharField(help_text="Perhaps empty.")
    locale = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # a name of REST framework's
    state = serializers.ChoiceField(choices=State.choices)
    created_at = serializers.DateTimeField()
    asked_at = serializers.DateTimeField()
    confirmed_at = serializers.DateTimeField(allow_null=True)
    left_at = serializers.DateTimeField(allow_null=True)


class SubscriberDetailSerializer(SubscriberSerializer):
    """A subscriber, with what they have agreed to and withdrawn."""

    consents = ConsentSerializer(many=True)


class SubscriberInputSerializer(serializers.Serializer[Subscriber]):
    """What can be changed; the rest may be sent back as it was read."""

    state = serializers.ChoiceField(choices=State.choices, required=False)


class SubscriberListView(PeopleListView):
    """Subscribers, newest first."""

    model = Subscriber
    parameters_class = SubscriberParameters
    serializer_class = SubscriberSerializer
    log_action = "newsletter.list"

    def rows(self) -> QuerySet[Subscriber]:
        return Subscriber.objects.order_by("-created_at", "pk")

    def filtered(self, values: dict[str, Any]) -> QuerySet[Subscriber]:
        chosen = {
            "state__in": values.get("state"),
            "locale": values.get("locale"),
            "created_at__gte": values.get("since"),
            "created_at__lt": values.get("until"),
        }
        found = self.rows().filter(**{name: value for name, value in chosen.items() if value})
        for word in values.get("search", "").split():
            is_in = Q(email__icontains=word) | Q(canonical_email__icontains=word)
            found = found.filter(is_in | Q(name__icontains=word))
        return found

    @extend_schema(
        operation_id="subscriber_list",
        tags=_TAGS,
        summary="List subscribers",
        responses=list_of("Subscriber", [SubscriberSerializer]),
    )
    def get(self, request: Request) -> Response:
        return self.list_page()


class SubscriberView(PersonView):
    """One subscriber. Nobody is brought to a state in which mail would come without a yes."""

    model = Subscriber
    serializer_class = SubscriberDetailSerializer
    states = State.values

    def rows(self) -> QuerySet[Subscriber]:
        return Subscriber.objects.prefetch_related("consents")

    def etag(self, row: Subscriber) -> str:
        entries = [entry.pk for entry in row.consents.all()]
        return state_etag(row.pk, row.state, row.asked_at, row.locale, row.name, entries)

    def note_read(self, row: Subscriber) -> None:
        log(row, "newsletter.read", user=self.user)

    def bring_to(self, row: Subscriber, state: str) -> None:
        try:
            list_services.change_state(subscribers=[row], state=State(state), user=self.user)
        except list_services.TransitionError as error:
            message = _("A subscription is confirmed by its owner, and not brought to this state.")
            raise serializers.ValidationError({"state": [message]}, code="transition") from error

    def erase(self, row: Subscriber) -> None:
        list_services.erase(subscribers=[row], user=self.user)

    @extend_schema(
        operation_id="subscriber",
        tags=_TAGS,
        summary="Read a subscriber",
        responses=SubscriberDetailSerializer,
    )
    def get(self, request: Request, pk: UUID) -> Response:
        return self.show(pk)

    @extend_schema(
        operation_id="subscriber_change",
        tags=_TAGS,
        summary="Bring a subscriber to another state",
        request=SubscriberInputSerializer,
        responses=SubscriberDetailSerializer,
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        return self.change(pk, request.data)

    @extend_schema(
        operation_id="subscriber_erase",
        tags=_TAGS,
        summary="Erase a subscriber, with the consent ledger and all mails",
        responses={204: None},
    )
    def delete(self, request: Request, pk: UUID) -> Response:
        return self.remove(pk)
