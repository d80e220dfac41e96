"""The foreign shapes of ../shared/data/events under the names of docs/import.md."""

from typing import Any

CONFERENCE_TOPIC = "conference"


def _web(*addresses: str | None) -> str | None:
    return next((address for address in addresses if address and "://" in address), None)


def tech_conference(row: dict[str, Any]) -> dict[str, Any]:
    """A row of tech-conferences-2023-2027.json. One conference has a row for each of its topics."""
    has_city = bool(row.get("city"))
    online = row.get("online", False)
    return {
        "title": row["name"],
        "starts_at": row["startDate"],
        "ends_at": row["endDate"],
        "registration_url": row["url"],
        "venue": {"city": row.get("city"), "country": row.get("country")},
        "attendance_mode": "mixed" if online and has_city else "online" if online else "offline",
        "event_type": "conference",
        "tags": [row["topic"]],
    }


def python_conference(row: dict[str, Any]) -> dict[str, Any]:
    """A row of python-deadlines.json."""
    place = (row.get("location") or [{}])[0]
    online = row["place"].strip().casefold().startswith("online")
    return {
        "uid": f"python-deadlines:{row['conference']}:{row['year']}:{row['start']}",
        "title": f"{row['conference']} {row['year']}",
        "summary": row.get("note"),
        "starts_at": row["start"],
        "ends_at": row["end"],
        "registration_url": row["link"],
        "venue": {
            "name": None if online else row["place"],
            "latitude": None if online else place.get("latitude"),
            "longitude": None if online else place.get("longitude"),
        },
        "attendance_mode": "online" if online else "offline",
        "event_type": "conference",
        "tags": ["python", *row["sub"].split(",")],
    }


def talk(row: dict[str, Any]) -> dict[str, Any]:
    """A row of pyvideo-talks.json."""
    return {
        "uid": f"pyvideo:{row['source_path']}",
        "title": row["title"],
        "body": row["description"],
        "starts_at": row["recorded"],
        "event_type": "talk",
        "organizer": row["event"],
        "registration_url": _web(*(link.get("url") for link in row.get("related_urls") or [])),
        "speakers": [name for name in row["speakers"] if name],
        "tags": row.get("tags") or [],
        "sessions": [
            {
                "title": row["title"],
                "speakers": row["speakers"],
                "recording_url": _web(*(video.get("url") for video in row["videos"])),
            }
        ],
    }
