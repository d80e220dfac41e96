"""The demo's texts as they are read from ``texts/*.toml``."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

TEXTS = Path(__file__).parent / "texts"
LANGUAGES = ("en", "es")

Words = Mapping[str, str]
"""The same words under the codes of both languages."""


def read(name: str) -> dict[str, Any]:
    """The tables of one file."""
    return tomllib.loads((TEXTS / f"{name}.toml").read_text(encoding="utf-8"))


def spoken(language: str, among: Mapping[str, Any]) -> str:
    """The key of ``among`` for a language code: the language, else English, else any."""
    code = language.split("-")[0]
    if code in among:
        return code
    return "en" if "en" in among else next(iter(among))


def into(words: Mapping[str, Any], language: str) -> Any:
    """What ``words`` hold for a language; languages the demo does not speak get English."""
    return words[spoken(language, words)]


@dataclass(frozen=True)
class Talk:
    """A session; ``start`` is a local time on its ``day``, counted from the event's first."""

    title: Words
    speakers: list[str]
    start: str
    minutes: int
    abstract: Words
    day: int = 0


@dataclass(frozen=True)
class Event:
    """An event with its distance from today.

    It takes place on the first ``weekday`` (0 is Monday) from ``days`` after today on, or exactly
    then. ``last_day`` counts from the first day. ``texts`` may lack a language.
    """

    key: str
    cover: str
    kind: str
    days: int
    tags: Words
    texts: Mapping[str, Mapping[str, Any]]
    weekday: int | None = None
    start: str = "18:30"
    end: str = ""
    last_day: int = 0
    all_day: bool = False
    zone: str = "America/Costa_Rica"
    mode: str = "offline"
    status: str = "scheduled"
    venue: str = ""
    joins_online: bool = False
    registers: bool = False
    capacity: int | None = None
    price: tuple[str, str] | None = None
    organizer: tuple[str, str] = ("", "")
    featured: bool = False
    speakers: list[str] = field(default_factory=list)
    talks: list[Talk] = field(default_factory=list)
    has_recordings: bool = False
    code: tuple[str, str] | None = None
    quote: Words | None = None
    gallery: list[str] = field(default_factory=list)
    publishing: str = "live"
    """``live``, ``draft``, ``scheduled`` or ``moderation``."""

    @classmethod
    def read(cls, table: Mapping[str, Any]) -> "Event":
        """Raises ``TypeError`` for a key that is unknown or missing."""
        names = {each.name for each in fields(cls)}
        values = {name: value for name, value in table.items() if name not in LANGUAGES}
        if unknown := values.keys() - names:
            message = f"{table['key']}: {sorted(unknown)} is not known"
            raise TypeError(message)
        values["texts"] = {code: table[code] for code in LANGUAGES if code in table}
        values["talks"] = [Talk(**talk) for talk in table.get("talks", [])]
        return cls(**values)

    def first_day(self, today: date) -> date:
        day = today + timedelta(days=self.days)
        if self.weekday is None:
            return day
        return day + timedelta(days=(self.weekday - day.weekday()) % 7)

    def moment(self, today: date, local_time: str, *, day: int = 0) -> datetime:
        """A local time on a day of the event, with its zone."""
        return datetime.combine(
            self.first_day(today) + timedelta(days=day),
            time.fromisoformat(local_time),
            tzinfo=ZoneInfo(self.zone),
        )


def read_events() -> list[Event]:
    """All events, the past ones first."""
    tables = [*read("events_past")["event"], *read("events_upcoming")["event"]]
    return [Event.read(table) for table in tables]
