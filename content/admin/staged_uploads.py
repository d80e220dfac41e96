"""Images that wait for their alternative text, in Wagtail's form for several uploads."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models.signals import pre_save
from wagtail.models import UploadedFile

from content.models import SiteImage
from content.uploads import prepare_image


def take_metadata_out(sender: type[UploadedFile], instance: UploadedFile, **_kwargs: Any) -> None:
    """A staged file lies below the media's address like any other, so it carries no position."""
    is_new = bool(instance.file) and not instance.file._committed
    if is_new and instance.for_content_type == ContentType.objects.get_for_model(SiteImage):
        instance.file = prepare_image(instance.file.file)


def connect() -> None:
    pre_save.connect(take_metadata_out, sender=UploadedFile, dispatch_uid="content.staged_uploads")
