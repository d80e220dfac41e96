"""`/api/admin/contact-messages/`: the inbox for programs, with the inbox's rights and log."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cms.admin_api.people import PeopleListView, PeopleParameters, PersonView, state_parameter
from cms.admin_api.preconditions import state_etag
from cms.api.openapi import list_of
from cms.api.parameters import MAX_ID, IntegerParameter
from cms.models import User
from integrations.contact import services
from integrations.contact.models import ContactMessage, Note
from integrations.contact.states import Source, State, Suspicion

_TAGS = ["people"]


class ContactMessageParameters(PeopleParameters):
    state = state_parameter(State.values)
    assignee = IntegerParameter(
        required=False, min_value=1, max_value=MAX_ID, help_text="The id of a user."
    )


class PersonSerializer(serializers.Serializer[User]):
    id = serializers.IntegerField()
    name = serializers.SerializerMethodField()

    def get_name(self, user: User) -> str:
        return user.get_full_name() or user.get_username()


class NoteSerializer(serializers.Serializer[Note]):
    author = PersonSerializer(allow_null=True)
    written_at = serializers.DateTimeField()
    text = serializers.CharField()


class ContactMessageSerializer(serializers.Serializer[ContactMessage]):
    """A message of a visitor."""

    id = serializers.UUIDField()
    received_at = serializers.DateTimeField()
    name = serializers.CharField()
    email = serializers.CharField()
    subject = serializers.CharField(help_text="Perhaps empty.")
    message = serializers.CharField()
    locale = serializers.CharField()
    consent = serializers.BooleanField(source="has_consented")
    source = serializers.ChoiceField(choices=Source.choices)  # type: ignore[assignment]  # a name of REST framework's
    state = serializers.ChoiceField(choices=State.choices)
    suspicion = serializers.ChoiceField(
        choices=Suspicion.choices, help_text="Why it was held as spam; empty if it was not."
    )
    is_unread = serializers.BooleanField()
    assignee = PersonSerializer(allow_null=True)


class ContactMessageDetailSerializer(ContactMessageSerializer):
    """A message of a visitor, with what the staff has noted."""

    notes = NoteSerializer(many=True)


class ContactMessageInputSerializer(serializers.Serializer[ContactMessage]):
    """What can be changed; the rest may be sent back as it was read."""

    state = serializers.ChoiceField(choices=State.choices, required=False)


class ContactMessageListView(PeopleListView):
    """Messages, newest first, spam and archive included."""

    model = ContactMessage
    parameters_class = ContactMessageParameters
    serializer_class = ContactMessageSerializer
    log_action = "contact.list"

    def rows(self) -> QuerySet[ContactMessage]:
        return _messages()

    def filtered(self, values: dict[str, Any]) -> QuerySet[ContactMessage]:
        chosen = {
            "state__in": values.get("state"),
            "assignee": values.get("assignee"),
            "received_at__gte": values.get("since"),
            "received_at__lt": values.get("until"),
        }
        given = {name: value for name, value in chosen.items() if value}
        found: Any = self.rows().filter(**given)
        messages: QuerySet[ContactMessage] = (
            found.search(values["search"]) if "search" in values else found
        )
        return messages

    @extend_schema(
        operation_id="contact_message_list",
        tags=_TAGS,
        summary="List messages of visitors",
        responses=list_of("ContactMessage", [ContactMessageSerializer]),
    )
    def get(self, request: Request) -> Response:
        return self.list_page()


class ContactMessageView(PersonView):
    """One message. To read it here is to open it: it is no longer unread."""

    model = ContactMessage
    serializer_class = ContactMessageDetailSerializer
    states = State.values

    def rows(self) -> QuerySet[ContactMessage]:
        return _messages().prefetch_related("notes__author")

    def etag(self, row: ContactMessage) -> str:
        return state_etag(row.pk, row.state, row.assignee_id, [note.pk for note in row.notes.all()])

    def note_read(self, row: ContactMessage) -> None:
        services.note_read(message=row, user=self.user)

    def bring_to(self, row: ContactMessage, state: str) -> None:
        services.change_state(messages=[row], state=State(state), user=self.user)

    def erase(self, row: ContactMessage) -> None:
        services.erase(messages=[row], user=self.user)

    @extend_schema(
        operation_id="contact_message",
        tags=_TAGS,
        summary="Read a message",
        responses=ContactMessageDetailSerializer,
    )
    def get(self, request: Request, pk: UUID) -> Response:
        return self.show(pk)

    @extend_schema(
        operation_id="contact_message_change",
        tags=_TAGS,
        summary="Bring a message to another state",
        request=ContactMessageInputSerializer,
        responses=ContactMessageDetailSerializer,
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        return self.change(pk, request.data)

    @extend_schema(
        operation_id="contact_message_erase",
        tags=_TAGS,
        summary="Erase a message, with its notes and the mails about it",
        responses={204: None},
    )
    def delete(self, request: Request, pk: UUID) -> Response:
        return self.remove(pk)


def _messages() -> QuerySet[ContactMessage]:
    return (
        ContactMessage.objects.select_related("assignee")
        .defer("search_text")
        .order_by("-received_at", "pk")
    )
