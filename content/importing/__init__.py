"""Events out of files: iCalendar, JSON and CSV. docs/import.md describes what the files may say."""
