"""Makes event pages of the demo's texts."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.html import escape
from wagtail.models import Locale

from cms.models import User
from content.models import EventIndexPage, EventPage, Session, Speaker
from content.publishing import add_page, ensure_translations, publish, submit_for_moderation
from home.demo.names import Names, translation_key
from home.demo.schema import Event, into, read

RECORDINGS = "https://videos.example.org/yiguirro"
SLIDES = "https://slides.example.org/yiguirro"
SITE = "https://yiguirro.example.org"


def load_event(
    event: Event,
    *,
    locales: list[Locale],
    pictures: Names,
    today: date,
    editor: User,
    publisher: User,
) -> bool:
    """Add the event in every language it has texts in, and as an alias in the others.

    Answers False, and does nothing, if it exists already in any language.
    """
    key = translation_key(f"event:{event.key}")
    if EventPage.objects.filter(translation_key=key).exists():
        return False
    written = [locale for locale in locales if locale.language_code in event.texts] or locales[:1]
    for locale in written:
        index = EventIndexPage.objects.filter(locale=locale).order_by("path").first()
        page = event_page(event, language=locale.language_code, pictures=pictures, today=today)
        page.translation_key = key
        page.locale = locale
        add_page(parent=index, page=page, user=editor)
        _finish(event, page, editor=editor, publisher=publisher)
    source = EventPage.objects.get(translation_key=key, locale=written[0])
    ensure_translations(page=source, user=editor)
    return True


def _finish(event: Event, page: EventPage, *, editor: User, publisher: User) -> None:
    if event.publishing in ("live", "scheduled"):
        publish(instance=page, user=publisher)
    elif event.publishing == "moderation":
        submit_for_moderation(instance=page, user=editor)


def event_page(event: Event, *, language: str, pictures: Names, today: date) -> EventPage:
    """The event as an unsaved page."""
    text = into(event.texts, language)
    online = event.joins_online
    page = EventPage(
        title=text["title"],
        summary=text["summary"],
        search_description=text["summary"],
        all_day=event.all_day,
        timezone=event.zone,
        event_type=event.kind,
        attendance_mode=event.mode,
        event_status=event.status,
        online_url=f"{SITE}/live/{event.key}/" if online else "",
        registration_url=f"{SITE}/register/{event.key}/" if event.registers else "",
        capacity=event.capacity,
        is_free=event.price is None,
        organizer_name=event.organizer[0],
        organizer_url=event.organizer[1],
        featured=event.featured,
        cover_id=pictures.resolve(f"picture:{event.cover}"),
        body=pictures.resolve(_body(event, language)),
    )
    _set_times(page, event, today)
    _set_place(page, event)
    if event.price:
        page.price_amount, page.price_currency = event.price
    page.tags.add(*(tag.strip() for tag in into(event.tags, language).split(",")))
    page.speakers.add(*_speakers(event, language, pictures))
    page.sessions.add(*_sessions(event, language, today))
    return page


def _set_times(page: EventPage, event: Event, today: date) -> None:
    page.starts_at = event.moment(today, "00:00" if event.all_day else event.start)
    if event.end or event.last_day:
        page.ends_at = event.moment(today, event.end or "00:00", day=event.last_day)
    if event.publishing == "scheduled":
        page.go_live_at = timezone.now() + timedelta(days=3)


def _set_place(page: EventPage, event: Event) -> None:
    if event.venue:
        for name, value in read("people")["venues"][event.venue].items():
            setattr(page, f"venue_{name}", value)


def _speakers(event: Event, language: str, pictures: Names) -> list[Speaker]:
    people = read("people")["people"]
    speakers = []
    for position, name in enumerate(event.speakers):
        person = people[name]
        portrait = person.get("portrait")
        speakers.append(
            Speaker(
                sort_order=position,
                name=person["name"],
                role=into(person["role"], language),
                organisation=person.get("organisation", ""),
                bio=into(person["bio"], language),
                photo_id=pictures.resolve(f"picture:{portrait}") if portrait else None,
            )
        )
    return speakers


def _sessions(event: Event, language: str, today: date) -> list[Session]:
    people = read("people")["people"]
    sessions = []
    for number, talk in enumerate(event.talks, start=1):
        starts_at = event.moment(today, talk.start, day=talk.day)
        part = f"{event.key}-{number}"
        sessions.append(
            Session(
                sort_order=number,
                title=into(talk.title, language),
                speaker_names=", ".join(people[name]["name"] for name in talk.speakers),
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=talk.minutes),
                abstract=into(talk.abstract, language),
                slides_url=f"{SLIDES}/{part}.pdf" if event.has_recordings else "",
                recording_url=f"{RECORDINGS}/{part}" if event.has_recordings else "",
            )
        )
    return sessions


def _body(event: Event, language: str) -> list[dict[str, Any]]:
    text = into(event.texts, language)
    blocks = [_block("rich_text", f"<p>{escape(text['about'])}</p>")]
    if "points" in text:
        items = "".join(f"<li>{escape(point)}</li>" for point in text["points"])
        blocks.append(_block("heading", {"text": text["heading"], "level": "2"}))
        blocks.append(_block("rich_text", f"<ul>{items}</ul>"))
    if event.code:
        blocks.append(_block("code", {"language": event.code[0], "code": event.code[1].strip()}))
    if event.quote:
        words = into({code: event.quote[code] for code in ("en", "es")}, language)
        quote = {"text": words, "attribution": event.quote["attribution"]}
        blocks.append(_block("quote", quote))
    if event.gallery:
        pictures = [{"image": f"picture:{name}", "caption": ""} for name in event.gallery]
        blocks.append(_block("gallery", {"heading": "", "images": pictures}))
    return blocks


def _block(kind: str, value: Any) -> dict[str, Any]:
    return {"type": kind, "value": value}
