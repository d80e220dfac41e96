"""The demo's pictures and documents: drawn or written here, stored once."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from wagtail.documents import get_document_model

from cms.models import User
from content.models import SiteImage
from home.demo.covers import COVERS, draw_cover
from home.demo.logo import draw_logo
from home.demo.portraits import LOOKS, draw_portrait
from home.demo.schema import into, read

CREDIT = "Drawn by the demo site's own program"


def load_pictures(*, language: str, user: User) -> dict[str, int]:
    """Primary keys by name (``picture:ridges-dawn``); what is stored already is not drawn again.

    A picture has one alternative text, so it is in the site's default language.
    """
    texts = read("pictures")
    people = {person["portrait"]: person["name"] for person in _people() if "portrait" in person}
    portrait_of = into({"en": "Portrait of {}", "es": "Retrato de {}"}, language)
    keys = {}
    for name in COVERS:
        words = into(texts[name], language)
        keys[name] = _picture(f"{name}.jpg", words, partial(draw_cover, name), user)
    for name in LOOKS:
        words = portrait_of.format(people[name])
        keys[name] = _picture(f"{name}.jpg", words, partial(draw_portrait, name), user)
    logo = into({"en": "A thrush in a circle", "es": "Un yigüirro en un círculo"}, language)
    keys["logo"] = _picture("logo.png", logo, draw_logo, user)
    return {f"picture:{name}": key for name, key in keys.items()}


def _people() -> list[Mapping[str, Any]]:
    return [*read("people")["people"].values(), *read("testimonials")["testimonial"]]


def _picture(file_name: str, words: str, draw: Callable[[], bytes], user: User) -> int:
    stem = file_name.split(".")[0]
    stored = SiteImage.objects.filter(credit=CREDIT, file__contains=f"/{stem}").first()
    if stored is None:
        stored = SiteImage.objects.create(
            title=words,
            description=words,
            credit=CREDIT,
            file=ContentFile(draw(), name=file_name),
            uploaded_by_user=user,
        )
    return int(stored.pk)


def load_documents(*, language: str, user: User) -> dict[str, int]:
    """Primary keys by name, in one language."""
    guide = into(read("site")["guide"], language)
    model = get_document_model()
    document = model.objects.filter(title=guide["title"]).first()
    if document is None:
        text = ContentFile(guide["text"].lstrip().encode(), name="casa-yiguirro.txt")
        document = model.objects.create(title=guide["title"], file=text, uploaded_by_user=user)
        # The admin's forms store what they read of the file; here nobody has read it yet.
        document.get_file_size()
        document.get_file_hash()
    return {"document:guide": int(document.pk)}
