"""Pictures with alternative text, without private metadata, in ready-made sizes."""

from typing import Any

from django.core.files.base import ContentFile
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.search import index

from content.renditions import all_specs
from content.uploads import prepare_image


class SiteImage(AbstractImage):
    """A picture that editors choose. Its file never carries EXIF, and every preset exists."""

    description = models.CharField(
        _("alternative text"),
        max_length=255,
        help_text=_(
            "What the picture shows, in a few words, for people who cannot see it. "
            "Example: “Two students soldering a circuit board”."
        ),
    )
    credit = models.CharField(
        _("credit"),
        max_length=255,
        blank=True,
        help_text=_("Who made the picture and under which licence. For your records."),
    )

    admin_form_fields = (
        "title",
        "file",
        "description",
        "credit",
        "collection",
        "tags",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )
    search_fields = [*AbstractImage.search_fields, index.SearchField("credit")]

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")
        permissions = [("choose_image", "Can choose image")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(description=""), name="content_image_has_alternative_text"
            )
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        # Wagtail's form for several uploads stores the file before it saves a new image.
        is_new_file = bool(self.file) and (self._state.adding or not self.file._committed)
        if is_new_file:
            self._prepare_file()
        super().save(*args, **kwargs)
        if is_new_file:
            self.renditions.all().delete()
        if kwargs.get("update_fields") is None:
            self.make_preset_renditions()

    def _prepare_file(self) -> None:
        already_stored = self.file.name if self.file._committed else None
        prepared = prepare_image(self.file.file)
        if already_stored:
            self.file.close()
            self.file.storage.delete(already_stored)
        self.file = prepared
        self._set_image_file_metadata()

    def generate_rendition_file(self, *args: Any, **kwargs: Any) -> ContentFile:  # type: ignore[type-arg]
        """Wagtail's rendition in memory; Wagtail leaves open the temporary file that it wrote."""
        with super().generate_rendition_file(*args, **kwargs) as temporary:
            temporary.seek(0)
            return ContentFile(temporary.read(), name=temporary.name)

    def make_preset_renditions(self) -> None:
        """Make the renditions of every preset that do not exist yet for this focal point."""
        self.get_renditions(*all_specs(self))


class SiteRendition(AbstractRendition):
    image = models.ForeignKey(SiteImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta(AbstractRendition.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"],
                name="content_rendition_unique",
            )
        ]
