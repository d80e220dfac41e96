"""Admin forms whose rules go beyond one field's own validation."""

from typing import Any

from django import forms
from django.core.files.base import File
from django.utils.translation import gettext_lazy as _
from wagtail.images.forms import BaseImageForm

from content.uploads import prepare_image


class ImageForm(BaseImageForm):
    """Wagtail's image form, with files read in full and alternative text asked for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
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
