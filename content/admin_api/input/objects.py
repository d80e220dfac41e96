"""Objects of what is sent: the whole, what is nested in it, and rows of lists."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from rest_framework import serializers

from content.admin_api.input.fields import InputField, refuse_length
from content.admin_api.input.reading import UNREADABLE, Reading, below, same

Path = Sequence[str | int]


class InputSerializer(serializers.Serializer[Any]):
    """An object whose members have names of the API; the values are for the admin's form.

    A nested one with ``source="*"`` has values of the same form under other names.
    """

    is_replaced_whole: ClassVar[bool] = True
    """What is missing in it is taken away; else it stays."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(*args, **kwargs)

    def read(
        self, value: Any, reading: Reading, pointer: str = "", current: Any = None
    ) -> dict[str, Any]:
        """The readable values by the form's names. ``current``: what is answered of it now.

        A member that is just as it was read is passed over, whether it can be written or not.
        """
        if not isinstance(value, dict):
            if not (value is None and self.allow_null):
                reading.refuse_type(pointer, _("This has to be an object."))
                return {}
            value = {}
        known: Mapping[str, Any] = current if isinstance(current, dict) else {}
        values: dict[str, Any] = self._nothing() if pointer and self.is_replaced_whole else {}
        for name, given in value.items():
            if not self.is_replaced_whole and name in known and same(given, known[name]):
                continue
            values.update(self._member(name, given, reading, below(pointer, name), known))
        return values

    def _nothing(self) -> dict[str, Any]:
        return {str(field.source): "" for field in self.fields.values()}

    def _member(
        self, name: str, given: Any, reading: Reading, pointer: str, known: Mapping[str, Any]
    ) -> dict[str, Any]:
        field: Any = self.fields.get(name)
        if isinstance(field, InputSerializer):
            nested: dict[str, Any] = field.read(given, reading, pointer, known.get(name))
            return nested
        if not isinstance(field, InputField):
            refuse = reading.refuse_read_only if name in known else reading.refuse_unknown
            refuse(pointer)
            return {}
        read = field.read(given, reading, pointer)
        return {} if read is UNREADABLE else {str(field.source): read}

    def pointer_to(self, path: Path, reading: Reading) -> str:
        """Where in the body the value is that the form calls ``path``."""
        for name, field in self.fields.items():
            if isinstance(field, InputSerializer):
                if found := field.pointer_to(path, reading):
                    return below("", name) + found
            elif field.source == path[0]:
                return below("", name) + _rest(field, path[1:], reading)
        return ""


def _rest(field: Any, path: Path, reading: Reading) -> str:
    if path and hasattr(field, "pointer_below"):
        return str(field.pointer_below(path, reading))
    return "".join(below("", part) for part in path)


class Rows(InputField):
    """A list of objects, which replaces the one before; what is in both stays the same row."""

    longest = 500

    def __init__(self, child: InputSerializer, **kwargs: Any) -> None:
        self.child = child
        super().__init__(**kwargs)

    def read(self, value: Any, reading: Reading, pointer: str) -> Any:
        if not isinstance(value, list):
            return reading.refuse_type(pointer, _("This has to be a list."))
        if len(value) > self.longest:
            return refuse_length(self.longest, reading, pointer)
        name = str(self.source)
        left = list(
            zip(reading.current.get(name) or [], reading.rows.get(name) or [], strict=False)
        )
        kept = [_take_same(item, left) for item in value]
        rows = []
        for number, item in enumerate(value):
            stored = kept[number]
            if stored is None:
                stored = self.child.read(item, reading, below(pointer, number))
                # The others are what is left of the rows before, in their order.
                if left:
                    stored["id"] = left.pop(0)[1]["id"]
            rows.append(stored)
        return rows

    def pointer_below(self, path: Path, reading: Reading) -> str:
        return below("", path[0]) + (self.child.pointer_to(path[1:], reading) if path[1:] else "")


def _take_same(item: Any, left: list[tuple[Any, dict[str, Any]]]) -> dict[str, Any] | None:
    """The stored row that was answered just as ``item``, taken from ``left``."""
    for number, (answered, stored) in enumerate(left):
        if same(item, answered):
            del left[number]
            return stored
    return None
