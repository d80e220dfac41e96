"""Answering with one's own mail program."""

from urllib.parse import quote

from integrations.contact.models import ContactMessage

_ANSWER = "Re: "


def reply_address(message: ContactMessage) -> str:
    """A mailto address (RFC 6068) with the right subject and the message quoted below."""
    title = message.title
    subject = title if title.lower().startswith(_ANSWER.lower()) else f"{_ANSWER}{title}"
    lines = "".join(f"> {line}\r\n" for line in message.message.splitlines())
    body = f"\r\n\r\n{message.name}:\r\n{lines}"[:1500]
    return f"mailto:{quote(message.email, safe='@')}?subject={quote(subject)}&body={quote(body)}"
