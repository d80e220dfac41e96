"""Cells that a spreadsheet program takes for text, whatever strangers have written into them.

Excel, LibreOffice and Google Sheets run a cell of a CSV file that begins like a formula, with the
rights of whoever opens it. XLSX says of each cell what it is; there Wagtail writes texts as texts.
"""

from typing import Any

_FIRST_OF_FORMULAS = "=+-@\t\r\n;|%\uff1d\uff0b\uff0d\uff20"


def csv_cell(value: Any) -> Any:
    """``value``, with an apostrophe before a text that a program could run (OWASP, CSV
    injection). Blanks before the sign make no difference to some of them.
    """
    if not isinstance(value, str):
        return value
    dangerous = value[:1] in _FIRST_OF_FORMULAS or value.lstrip()[:1] in _FIRST_OF_FORMULAS
    return f"'{value}" if value.strip() and dangerous else value
