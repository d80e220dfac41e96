"""`GET /api/admin/audit-log/`."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from wagtail.log_actions import registry

from cms.admin_api.audit.listing import PERMISSION, Conditions, entries_matching, load
from cms.admin_api.views import AdminAPIView
from cms.api.openapi import list_of
from cms.api.parameters import MAX_ID, InstantParameter, IntegerParameter, LimitAndOffset
from cms.origin import Channel

_LONGEST = 255


@extend_schema_field({"type": "string", "examples": ["content.eventpage:12"]})
class ObjectParameter(serializers.CharField):
    """`type:id`, as entries name their objects."""

    default_error_messages = {"invalid": _("Write an object as content.eventpage:12.")}

    def to_internal_value(self, data: Any) -> Any:
        text = super().to_internal_value(data)
        name, _colon, identifier = text.partition(":")
        app_label, _dot, model = name.partition(".")
        try:
            content_type = ContentType.objects.get_by_natural_key(app_label, model)
        except ContentType.DoesNotExist:
            self.fail("invalid")
        if not identifier or (identifier.isdecimal() and int(identifier) > MAX_ID):
            self.fail("invalid")
        return content_type, identifier


class ActionParameter(serializers.CharField):
    default_error_messages = {"unknown": _("There is no such action.")}

    def to_internal_value(self, data: Any) -> str:
        action = str(super().to_internal_value(data))
        if not registry.action_exists(action):
            self.fail("unknown")
        return action


class AuditLogParameters(LimitAndOffset):
    object = ObjectParameter(
        required=False,
        max_length=_LONGEST,
        help_text="One object, as `type:id`, also where a list showed it.",
    )
    user = IntegerParameter(
        required=False, min_value=1, max_value=MAX_ID, help_text="The id of who did it."
    )
    action = ActionParameter(
        required=False, max_length=_LONGEST, help_text="As `wagtail.publish` or `sign_in.fail`."
    )
    since = InstantParameter(required=False, help_text="Inclusive.")
    until = InstantParameter(required=False, help_text="Exclusive.")


class ActorSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField(
        allow_null=True, help_text="As it was then; it outlives the account."
    )


class LoggedObjectSerializer(serializers.Serializer[Any]):
    type = serializers.CharField(allow_null=True, help_text="As `content.eventpage`.")
    id = serializers.CharField()
    title = serializers.CharField(help_text="As it was then.")


class ChangeSerializer(serializers.Serializer[Any]):
    field = serializers.CharField()
    before = serializers.JSONField(help_text="Of what is long, the beginning; secrets as `…`.")
    after = serializers.JSONField()


class LogEntrySerializer(serializers.Serializer[Any]):
    """Who did what to which object when, from where, and what changed."""

    id = serializers.CharField()
    timestamp = serializers.DateTimeField()
    action = serializers.CharField()
    user = ActorSerializer(allow_null=True, help_text="`null`: the system, or nobody known.")
    object = LoggedObjectSerializer()
    channel = serializers.ChoiceField(
        choices=[value for value, _label in Channel.choices],
        allow_null=True,
        help_text="`null` for entries from before this was noted.",
    )
    request_id = serializers.CharField(allow_null=True)
    client = serializers.CharField(
        allow_null=True, help_text="The network of the client: IPv4 /24 or IPv6 /48."
    )
    changes = ChangeSerializer(many=True)
    details = serializers.DictField(
        child=serializers.JSONField(),
        help_text="What else the action says, by its own names: of lists of people `type` and the "
        "`ids` of whom it showed, of permissions which one and where.",
    )


class MaySeeAuditLog(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.user.has_perm(PERMISSION))


class AuditLogView(AdminAPIView):
    """What was done, the newest first: in the admin, by programs, by jobs and by commands. Only for
    administrators and groups that were given the permission: they see all of it.
    """

    permission_classes = (IsAuthenticated, MaySeeAuditLog)
    parameters_class = AuditLogParameters

    @extend_schema(
        operation_id="audit_log",
        tags=["audit log"],
        summary="Who did what",
        responses=list_of("LogEntry", [LogEntrySerializer]),
    )
    def get(self, request: Request) -> Response:
        query = self.query()
        names = ("object", "user", "action", "since", "until")
        conditions = Conditions(**{name: query.get(name) for name in names})
        rows = entries_matching(conditions)
        return self.listing(
            rows, serialize=lambda page: list(LogEntrySerializer(load(page), many=True).data)
        )
