"""JSON and CSV files: events under our own field names."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from content.importing.rows import Entry, UnreadableFileError

_REQUIRED = ("title", "starts_at")


def json_entries(text: str) -> Iterator[Entry]:
    """The objects of a list, or of the list in ``items`` or ``events``; lines count from 1.

    Raises `UnreadableFileError`.
    """
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise UnreadableFileError(
            _("It is not valid JSON: line %(line)d, column %(column)d: %(reason)s.")
            % {"line": error.lineno, "column": error.colno, "reason": error.msg}
        ) from error
    except (ValueError, RecursionError) as error:
        raise UnreadableFileError(_("It is not JSON that can be read.")) from error
    if isinstance(content, dict):
        content = content.get("items", content.get("events"))
    if not isinstance(content, list):
        raise UnreadableFileError(_("It has to be a list of events, or an object with “items”."))
    for number, item in enumerate(content, start=1):
        if isinstance(item, dict):
            yield Entry(line=number, fields=item)
        else:
            yield Entry(line=number, refused=(_("It is not an object with named values."),))


def csv_entries(text: str) -> Iterator[Entry]:
    """The rows of a table whose first line names the columns; lines are those of the file.

    Columns are separated by comma, semicolon or tab. Raises `UnreadableFileError`.
    """
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    names = [_column(cell) for cell in next(reader, [])]
    missing = [name for name in _REQUIRED if name not in names]
    if missing:
        raise UnreadableFileError(
            _("The first line has to name the columns. It lacks: %(names)s.")
            % {"names": ", ".join(missing)}
        )
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Entry(line=line, refused=(_("It is not a row of a table: %s.") % error,))
            continue
        if any(cell.strip() for cell in cells):
            yield _csv_entry(line, names, cells)


def _csv_entry(line: int, names: list[str], cells: list[str]) -> Entry:
    if len(cells) > len(names):
        reason = _("It has %(cells)d cells, but the first line names %(names)d columns.")
        return Entry(line=line, refused=(reason % {"cells": len(cells), "names": len(names)},))
    fields: dict[str, Any] = {
        name: cell.strip() for name, cell in zip(names, cells, strict=False) if cell.strip()
    }
    return Entry(line=line, fields=fields)


def _column(cell: str) -> str:
    return cell.strip().casefold().replace(" ", "_").replace("-", "_")
