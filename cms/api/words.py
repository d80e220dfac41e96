"""Words as search compares them: accents and case make no difference."""

import re
import unicodedata

_WORDS = re.compile(r"\w+")


def fold(text: str) -> str:
    """``"Programación"`` → ``"programacion"``: lower case without combining marks."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()


def folded_words(text: str) -> list[str]:
    """The different folded words of ``text``, in their order."""
    return list(dict.fromkeys(_WORDS.findall(fold(text))))
