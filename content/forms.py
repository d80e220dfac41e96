"""Admin forms whose rules go beyond one field's own validation."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.translation import gettext_lazy as _
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from content.uploads import DAMAGED, prepare_image


class ImageFileField(WagtailImageField):
    """Wagtail's field for image files, for which a broken file is an answer and not a crash."""

    def to_python(self, data: Any) -> Any:
        try:
            return super().to_python(data)
        except ValidationError:
            raise
        # It opens the file without a net, and Pillow raises whatever its parsers trip over.
        except Exception as error:
            raise ValidationError(DAMAGED, code="invalid_image") from error


class ImageForm(BaseImageForm):
    """Wagtail's image form, with files read in full and alternative text asked for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            given = self.fields["file"]
            self.fields["file"] = ImageFileField(
                label=given.label, required=given.required, widget=given.widget
            )
        if "description" in self.fields:
            self.fields["description"].error_messages["required"] = _(
                "Describe the picture in a few words for people who cannot see it."
            )

    def clean_file(self) -> File | None:  # type: ignore[type-arg]
        file: File | None = self.cleaned_data["file"]  # type: ignore[type-arg]
        return prepare_image(file) if file and "file" in self.changed_data else file

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        image = super().save(commit=commit)
        if commit and "file" in self.changed_data:
            # Wagtail drops every rendition after it saved a replaced file, ours included.
            image.make_preset_renditions()
        return image

    class Meta(BaseImageForm.Meta):
        widgets = {
            **BaseImageForm.Meta.widgets,
            "description": forms.TextInput(attrs={"maxlength": 255}),
        }
