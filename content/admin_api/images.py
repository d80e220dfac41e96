"""`POST /api/admin/images/`: pictures by upload, through the checks of the admin's form."""

from hashlib import sha256
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.images import get_image_model
from wagtail.permissions import policy_registry

from cms.admin_api.views import AdminAPIView
from cms.api.fields import ImageSerializer
from cms.api.parameters import Parameters
from cms.http.idempotency import Answer
from cms.http.problems import InputError
from content import publishing
from content.admin_api.references import EditorReferences
from content.admin_api.refusals import answered
from content.admin_api.views import plain
from content.public_site import PublicSite


class ImageUpload(serializers.Serializer[Any]):
    """The parts of the form."""

    file = serializers.FileField(help_text="JPEG, PNG or WebP of at most 40 million pixels.")
    alt = serializers.CharField(
        max_length=255, help_text="What there is to see, for people who cannot see it."
    )
    title = serializers.CharField(
        required=False, max_length=255, help_text="Its name in the admin. Without: the file's."
    )
    collection = serializers.IntegerField(
        required=False, help_text="Id of the collection. Without: the first you may add to."
    )


_FORM_NAMES = {"description": "alt"}


class ImagesView(AdminAPIView):
    """Upload a picture."""

    parser_classes = (MultiPartParser,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        policy = policy_registry.get_by_type(get_image_model())
        if not policy.user_has_permission(self.user, "add"):
            raise PermissionDenied

    @extend_schema(
        operation_id="admin_images_create",
        tags=["images"],
        summary="Upload a picture",
        request={"multipart/form-data": ImageUpload},
        responses={201: ImageSerializer},
    )
    def post(self, request: Request) -> Response:
        Parameters.read(request.query_params)
        parts = {name: request.data.get(name) for name in request.data}
        file = parts.pop("file", None)
        digest = _digest(file) if isinstance(file, UploadedFile) else ""
        return self.create_once(
            lambda: self._create(parts, file),
            location=lambda body: str(body["src"]),
            body={**{name: str(value) for name, value in parts.items()}, "file": digest},
        )

    def _create(self, parts: dict[str, Any], file: Any) -> Answer:
        problems = list(_unusable(parts, file))
        values = {
            "title": parts.get("title") or _title(file),
            "description": parts.get("alt", ""),
        }
        if parts.get("collection"):
            values["collection"] = parts["collection"]
        with answered(lambda problem: _pointer(problem.path), problems):
            image = publishing.create_image(
                values=values,
                file=file if isinstance(file, UploadedFile) else None,
                user=self.user,
                refuse=bool(problems),
            )
        references = EditorReferences(PublicSite.load(timezone.now()))
        references.want_image(image.pk)
        references.load()
        serializer = ImageSerializer(context={"references": references})
        return Answer(HTTPStatus.CREATED, plain(serializer.to_representation(image.pk)))


def _unusable(parts: dict[str, Any], file: Any) -> Any:
    for name in sorted(parts.keys() - {"alt", "title", "collection"}):
        yield InputError("unknown", _("This field is not known."), pointer=f"/{name}")
    for name, value in parts.items():
        if isinstance(value, UploadedFile):
            yield InputError("invalid", _("This has to be a text."), pointer=f"/{name}")
    if file is not None and not isinstance(file, UploadedFile):
        yield InputError("invalid", _("This has to be a file."), pointer="/file")


def _pointer(path: Any) -> str:
    return "".join(f"/{_FORM_NAMES.get(part, part)}" for part in path)


def _title(file: Any) -> str:
    """What the admin suggests: the name of the file without its ending."""
    name = str(file.name) if isinstance(file, UploadedFile) else "-"
    return (name.rpartition(".")[0] or name)[:255]


def _digest(file: UploadedFile) -> str:
    digest = sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
