"""The Spanish catalogue has every word of the admin, and the compiled file is that catalogue."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polib
import pytest
from django.conf import settings

CATALOGUE = Path(settings.LOCALE_PATHS[0]) / "es" / "LC_MESSAGES" / "django.po"
PROJECT = Path(settings.LOCALE_PATHS[0]).parent.parent
PACKAGES = [PROJECT / name for name in ("cms", "content", "home", "integrations")]
MARKERS = ("_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy")
IN_TEMPLATES = re.compile(r"""\{% trans(?:late)? (["'])(.+?)\1""")


def marked_texts(module: Path) -> Iterator[str]:
    """The texts that a module hands to gettext."""
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            first = node.args[0] if node.args else None
            if node.func.id in MARKERS and isinstance(first, ast.Constant):
                yield str(first.value)


def texts_of_templates() -> Iterator[str]:
    for package in PACKAGES:
        for template in (*package.rglob("*.html"), *package.rglob("*.txt")):
            yield from (match[2] for match in IN_TEMPLATES.finditer(template.read_text()))


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def test_every_text_of_the_code_is_translated(catalogue: polib.POFile) -> None:
    modules = [module for package in PACKAGES for module in package.rglob("*.py")]
    texts = {text for module in modules for text in marked_texts(module)}
    translated = {entry.msgid for entry in catalogue.translated_entries()}
    assert len(texts) > 200
    in_templates = set(texts_of_templates())
    assert len(in_templates) > 100
    texts |= in_templates
    assert sorted(texts - translated) == []


def test_catalogue_has_nothing_untranslated_or_doubtful(catalogue: polib.POFile) -> None:
    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []


def test_compiled_file_is_the_catalogue(catalogue: polib.POFile) -> None:
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    assert {entry.msgid: entry.msgstr for entry in compiled} == {
        entry.msgid: entry.msgstr for entry in catalogue
    }


def test_placeholders_survive_translation(catalogue: polib.POFile) -> None:
    for entry in catalogue:
        placeholders = {word for word in entry.msgid.split() if word.startswith(("%(", "{"))}
        for placeholder in placeholders:
            name = placeholder[: placeholder.index("}" if placeholder[0] == "{" else ")") + 1]
            translations = entry.msgstr_plural.values() or [entry.msgstr]
            assert all(name in text for text in translations), entry.msgid


FAMILIAR = re.compile(
    r"\b(vos|tú|tus?|te|ti|contigo|tuy[oa]s?|sos|eres|tenés|tienes|podés|puedes|querés|quieres"
    r"|sabés|sabes|hacés|haces|llegás|vení|escribí|hablá|mirá|entrá|traé|leé|tocá|construí"
    r"|(?:escrib[ií]|cont[aá]|env[ií]a|mand[aá])(?:nos|me))\b",
    re.IGNORECASE,
)


def spanish_of(value: Any, *, is_spanish: bool = False) -> Iterator[str]:
    """The texts below a key ``es``."""
    if isinstance(value, str) and is_spanish:
        yield value
    if isinstance(value, dict):
        for key, each in value.items():
            yield from spanish_of(each, is_spanish=is_spanish or key == "es")
    if isinstance(value, list):
        for each in value:
            yield from spanish_of(each, is_spanish=is_spanish)


def test_spanish_addresses_everybody_formally(catalogue: polib.POFile) -> None:
    """One visitor reads the demo's texts, the forms and the mails: nowhere *vos* or *tú*."""
    texts = [text for each in catalogue for text in (each.msgstr, *each.msgstr_plural.values())]
    for demo in (PROJECT / "home/demo/texts").glob("*.toml"):
        texts += spanish_of(tomllib.loads(demo.read_text()))
    texts += [script.read_text() for script in (PROJECT / "frontend/app").rglob("*.js")]
    assert len(texts) > 1_000
    assert [found.group() for text in texts for found in FAMILIAR.finditer(text)] == []
