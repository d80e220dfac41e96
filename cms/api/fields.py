"""Fields and serializers that several public apps share; they answer only."""

from datetime import datetime
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


class NullableText(serializers.CharField):
    """A text where nothing is ``null``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_null=True, **kwargs)

    def to_representation(self, value: Any) -> Any:
        return str(value) if value else None


class NullableUrl(serializers.URLField):
    """An absolute address, or ``null``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_null=True, **kwargs)

    def to_representation(self, value: Any) -> Any:
        return str(value) if value else None


@extend_schema_field({"type": "string", "format": "date-time"})
class InstantField(serializers.Field[Any, Any, str, Any]):
    """ISO 8601 with the offset that the value already has."""

    def to_representation(self, value: datetime) -> str:
        return value.isoformat(timespec="seconds")


class ReadSerializer(serializers.Serializer[Any]):
    """Answers only; reads from objects and from ``context["references"]``."""

    # Those have been loaded together for the whole answer: `content.references`, or `cms.pictures`
    # where only pictures are referred to.

    # Fields that a list never answers, because each costs queries of its own.
    detail_only: ClassVar[frozenset[str]] = frozenset()

    @property
    def references(self) -> Any:
        return self.context["references"]

    def collect(self, instance: Any, references: Any) -> None:
        """Note what ``instance`` refers to, before `references.load`."""


class SourceSerializer(ReadSerializer):
    """One entry of a `<picture>`: https://html.spec.whatwg.org/#the-source-element"""

    type = serializers.ChoiceField(choices=["image/webp", "image/jpeg", "image/png"])
    srcset = serializers.CharField()


class FocalPointSerializer(ReadSerializer):
    """The important spot, as fractions of width and height from the top left."""

    x = serializers.FloatField(min_value=0, max_value=1)
    y = serializers.FloatField(min_value=0, max_value=1)


class ImageSerializer(ReadSerializer):
    """A picture by its id, in the widths of one preset."""

    id = serializers.IntegerField()
    alt = serializers.CharField()
    width = serializers.IntegerField(help_text="Pixels of `src`.")
    height = serializers.IntegerField(help_text="Pixels of `src`.")
    focal_point = FocalPointSerializer(allow_null=True)
    src = serializers.URLField()
    sources = SourceSerializer(many=True)

    def __init__(self, *args: Any, preset: str = "content", **kwargs: Any) -> None:
        self.preset = preset
        super().__init__(*args, **kwargs)

    def to_representation(self, instance: int) -> Any:
        picture = self.references.picture(instance, self.preset)
        return picture and {name: picture[name] for name in list(self.fields.keys())}
