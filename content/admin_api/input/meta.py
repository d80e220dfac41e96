"""What of `meta` can be written."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field

from content.admin_api.input.fields import Choice, InputField, Moment, Text, read_id
from content.admin_api.input.objects import InputSerializer
from content.admin_api.input.reading import Reading


class OnCreation(InputField):
    """Mixin of what is settled when something is created."""

    def read(self, value: Any, reading: Reading, pointer: str) -> Any:
        if reading.current:
            return reading.refuse_read_only(pointer)
        return self.read_new(value, reading, pointer)

    def read_new(self, value: Any, reading: Reading, pointer: str) -> Any:
        raise NotImplementedError


class LocaleChoice(OnCreation, Choice):
    def __init__(self, **kwargs: Any) -> None:
        codes = [code for code, _name in settings.LANGUAGES]
        super().__init__(codes, settings.LANGUAGES, **kwargs)

    def read_new(self, value: Any, reading: Reading, pointer: str) -> Any:
        if value not in self.choices:
            message = _("Choose one of: %(codes)s.") % {"codes": ", ".join(self.choices)}
            return reading.refuse(pointer, "invalid_choice", message)
        return value


@extend_schema_field({"oneOf": [{"type": "integer"}, {"type": "object"}, {"type": "null"}]})
class ParentChoice(OnCreation):
    """The page above by its id. Without one: the event list of `locale`."""

    def read_new(self, value: Any, reading: Reading, pointer: str) -> Any:
        given = value.get("id") if isinstance(value, dict) else value
        return None if value is None else read_id(given, reading, pointer)


class MetaInput(InputSerializer):
    """What of `meta` can be written; the rest may be sent back as it was read."""

    is_replaced_whole = False

    locale = LocaleChoice(help_text="On creation. Without it: the default language.")
    go_live_at = Moment(needs_offset=True, help_text="When publishing is to publish it.")
    expire_at = Moment(needs_offset=True)


class PageMetaInput(MetaInput):
    """What of `meta` can be written; the rest may be sent back as it was read."""

    slug = Text(help_text="Without one it is made of the title.")
    parent = ParentChoice()  # type: ignore[assignment]  # also a property
    seo_title = Text()
    search_description = Text()
