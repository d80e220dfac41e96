"""The speakers and sessions of a row."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from content.importing.moments import instant
from content.importing.texts import one_line
from content.importing.values import Values
from content.models import Session, Speaker


def speakers(values: Values) -> list[dict[str, Any]]:
    """Values of `Speaker`, from objects or from names alone."""
    result = []
    for number, item in enumerate(values.items("speakers"), start=1):
        given = item if isinstance(item, Mapping) else {"name": item}
        part = Values(given, model=Speaker, place=f"speakers[{number}].")
        result.append(
            {
                "name": part.text("name"),
                "role": part.text("role"),
                "organisation": part.text("organisation"),
                "bio": part.text("bio", multiline=True),
                "url": part.url("url"),
            }
        )
        if not part.has("name"):
            part.refuse("name", _("it is missing"))
        values.take_over(part)
    return result


def sessions(values: Values, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Values of `Session`; times without an offset are local times of ``zone``."""
    given = values.fields.get("sessions") or []
    if not isinstance(given, list) or not all(isinstance(item, Mapping) for item in given):
        values.refuse("sessions", _("it has to be a list of sessions"))
        return []
    result = []
    for number, item in enumerate(given, start=1):
        part = Values(item, model=Session, place=f"sessions[{number}].")
        result.append(_session(part, zone))
        values.take_over(part)
    return result


def _session(part: Values, zone: ZoneInfo) -> dict[str, Any]:
    if not part.has("title"):
        part.refuse("title", _("it is missing"))
    names = ", ".join(one_line(str(name)) for name in part.items("speakers"))
    starts, ends = part.moment("starts_at"), part.moment("ends_at")
    return {
        "title": part.text("title"),
        "speaker_names": part.fitting("speaker_names", names),
        "starts_at": instant(starts, zone) if starts else None,
        "ends_at": instant(ends, zone) if ends else None,
        "abstract": part.text("abstract", multiline=True),
        "slides_url": part.url("slides_url"),
        "recording_url": part.url("recording_url"),
    }
