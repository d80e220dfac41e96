"""Which kind of file it is, and its text."""

import codecs
from collections.abc import Callable, Iterable
from pathlib import Path

from django.utils.translation import gettext as _

from content.importing.icalendar_file import icalendar_entries
from content.importing.rows import Entry, UnreadableFileError
from content.importing.tabular import csv_entries, json_entries

_READERS: dict[str, Callable[[str], Iterable[Entry]]] = {
    "ics": icalendar_entries,
    "json": json_entries,
    "csv": csv_entries,
}
FORMATS = tuple(_READERS)
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_entries(path: Path, file_format: str | None = None) -> list[Entry]:
    """All events of the file. Without ``file_format`` the end of its name says what it is.

    Raises `UnreadableFileError`.
    """
    name = file_format or path.suffix.lstrip(".").casefold()
    if name not in _READERS:
        raise UnreadableFileError(
            _("Its name does not end with %(endings)s. Say what it is with --format.")
            % {"endings": ", ".join(f".{ending}" for ending in FORMATS)}
        )
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(_("It cannot be opened: %s.") % error.strerror) from error
    return list(_READERS[name](_decoded(content)))


def _decoded(content: bytes) -> str:
    encoding = "utf-16" if content.startswith(_UTF_16) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFileError(
            _("Its letters are not encoded as UTF-8 (byte %d). Save it as UTF-8.") % error.start
        ) from error
