"""Mails are rows first, written in the transaction of whoever has something to say."""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.mime.base import MIMEBase

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from cms.ops.alarms import ALARM_HEADER
from integrations.mail import headers as header_rules
from integrations.mail.addresses import Address
from integrations.mail.models import Attachment, OutgoingMail

ALARM = "alarm"
"""`OutgoingMail.template` of mails that tell administrators what has gone wrong."""


@dataclass(frozen=True)
class File:
    """An attachment: its name (perhaps empty), MIME type and bytes."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Content:
    """What a mail says. ``subject`` and bodies without any rule; they are made safe here."""

    subject: str
    text: str
    html: str = ""
    files: tuple[File, ...] = ()


@transaction.atomic
def enqueue(
    *,
    recipient: Address,
    content: Content,
    sender: str = "",
    recipient_name: str = "",
    reply_to: Address | None = None,
    headers: Mapping[str, object] | None = None,
    template: str = "",
    reference: str = "",
    language: str = "",
) -> OutgoingMail:
    """Store one mail to one recipient and have the worker send it, if the transaction commits.

    Raises `headers.UnsafeHeaderError` and `addresses.InvalidAddressError`.
    """
    sender = header_rules.checked_sender(sender or settings.DEFAULT_FROM_EMAIL)
    mail: OutgoingMail = OutgoingMail.enqueue(
        message_id=f"<{uuid.uuid4().hex}@{header_rules.domain_of(sender)}>",
        template=template,
        reference=reference,
        language=language,
        sender=sender,
        recipient=recipient.deliverable,
        recipient_name=header_rules.display_name(recipient_name),
        canonical_recipient=recipient.canonical,
        reply_to=reply_to.deliverable if reply_to else "",
        subject=header_rules.one_line(content.subject),
        text_body=_storable(content.text),
        html_body=_storable(content.html),
        headers={"Auto-Submitted": "auto-generated"} | header_rules.checked_headers(headers or {}),
    )
    Attachment.objects.bulk_create(
        Attachment(mail=mail, name=each.name, content_type=each.content_type, content=each.content)
        for each in content.files
    )
    return mail


def _storable(text: str) -> str:
    """Without NUL and lone surrogates, which neither PostgreSQL nor a mail can carry."""
    return text.replace("\0", "").encode("utf-8", errors="replace").decode("utf-8")


@transaction.atomic
def enqueue_message(message: EmailMessage) -> list[OutgoingMail]:
    """Store a mail of Django or Wagtail: one row for each recipient, who then sees no other.

    Raises as `enqueue`.
    """
    extra = dict(message.extra_headers or {})
    reply_to = _reply_to(message, extra)
    is_alarm = extra.pop(ALARM_HEADER, None) is not None
    content = _content(message)
    mails = []
    for line in dict.fromkeys(message.recipients()):
        name, address = header_rules.single_recipient(str(line))
        mail = enqueue(
            recipient=address,
            recipient_name=name,
            content=content,
            sender=str(message.from_email or ""),
            reply_to=reply_to,
            headers=extra,
            template=ALARM if is_alarm else "",
        )
        mails.append(mail)
    return mails


def _reply_to(message: EmailMessage, extra: Mapping[str, object]) -> Address | None:
    given = [str(each) for each in (message.reply_to or [])]
    named = next((str(v) for k, v in extra.items() if k.lower() == "reply-to"), None)
    first = named or next(iter(given), None)
    return header_rules.single_recipient(first)[1] if first else None


def _content(message: EmailMessage) -> Content:
    """The parts of ``message``: text, HTML, and everything else as files."""
    text, html = str(message.body or ""), ""
    if message.content_subtype == "html":
        text, html = "", text
    files = list(_files(message.attachments))
    for alternative, mimetype in getattr(message, "alternatives", None) or ():
        if mimetype == "text/html" and not html:
            html = str(alternative)
        else:
            files.append(File("", str(mimetype), _as_bytes(alternative)))
    return Content(subject=str(message.subject), text=text, html=html, files=tuple(files))


def _files(attachments: Iterable[object]) -> Iterator[File]:
    for attachment in attachments:
        if isinstance(attachment, MIMEBase):
            name, content = attachment.get_filename(), attachment.get_payload(decode=True)
            mimetype = attachment.get_content_type()
        else:
            name, content, mimetype = attachment  # type: ignore[misc]
        yield File(
            header_rules.one_line(str(name or ""), longest=200),
            str(mimetype or "application/octet-stream"),
            _as_bytes(content),
        )


def _as_bytes(content: object) -> bytes:
    return content if isinstance(content, bytes) else str(content or "").encode()
