"""Hands a mail to the provider, once, and says what the answer means."""

import logging
import re
import smtplib
import traceback
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import formataddr, parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import requests
from anymail.exceptions import (
    AnymailAPIError,
    AnymailConfigurationError,
    AnymailError,
    AnymailRecipientsRefused,
)
from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection

from cms.secret_links import without_tokens
from integrations.mail import exchange
from integrations.mail.models import OutgoingMail
from integrations.mail.progress import AttemptResult

TOTAL_SECONDS = 30.0
_KEPT_CHARACTERS = 1000
_LONGEST_WAIT = timedelta(days=1)
# Mailgun answers 200 with these words to every address it does not know.
NOT_AN_API = "Mailgun Magnificent API"
# Of the account and not of the mail: key, payment, rights, wrong address of the API.
_REFUSALS = frozenset({401, 402, 403, 404, 405})
_TEMPORARY = frozenset({408, 421, 425, 429})

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """What came of one try. ``status``: of HTTP or SMTP. ``retry_after``: what was asked for.
    ``is_about_mailbox``: the provider works, and this recipient's mailbox is full or greylists us.
    """

    result: AttemptResult
    status: int | None = None
    answer: str = ""
    retry_after: timedelta = field(default_factory=timedelta)
    provider_message_id: str = ""
    is_about_mailbox: bool = False


def send(message: EmailMessage) -> Outcome:
    """Try to hand ``message`` over. Takes `TOTAL_SECONDS` at most; never raises.

    Does not use the database.
    """
    backend = settings.MAIL_DELIVERY_BACKEND

    def converse(_exchange: exchange.Exchange) -> None:
        with exchange.opened(get_connection(backend)) as connection:
            connection.send_messages([message])

    try:
        exchange.run(converse, seconds=TOTAL_SECONDS)
    except exchange.ExchangeError as error:
        return _of_error(error)
    return _of_success(message)


def as_message(mail: OutgoingMail) -> EmailMessage:
    """``mail`` as Django's backends take it, with the same Message-ID each time."""
    to = formataddr((mail.recipient_name, mail.recipient))
    is_html_only = bool(mail.html_body) and not mail.text_body
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.html_body if is_html_only else mail.text_body,
        from_email=mail.sender,
        to=[to],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers={"Message-ID": mail.message_id, **mail.headers},
    )
    if is_html_only:
        message.content_subtype = "html"
    elif mail.html_body:
        message.attach_alternative(mail.html_body, "text/html")
    for file in mail.attachments.all():
        message.attach(file.name or None, bytes(file.content), file.content_type)
    _tell_provider(message, mail.message_id.strip("<>"))
    return message


def _tell_provider(message: Any, name: str) -> None:
    """Have the provider's delivery events say which mail they are about, and the mail leave even if
    somebody has unsubscribed there from everything: no mail of ours is sent to a list, and the one
    to reset a password or to come back to the newsletter has to arrive.
    """
    named = {"lab_cms_mail": name}
    if settings.EMAIL_PROVIDER == "sendgrid":
        message.esp_extra = {
            # Its own description takes them nowhere else.
            "personalizations": {"custom_args": named},
            "mail_settings": {"bypass_unsubscribe_management": {"enable": True}},
        }
    else:
        message.metadata = named


def _of_success(message: EmailMessage) -> Outcome:
    status = getattr(message, "anymail_status", None)
    answer = getattr(status, "esp_response", None)
    return Outcome(
        AttemptResult.SENT,
        status=getattr(answer, "status_code", None),
        answer=readable(_text(answer)),
        provider_message_id=str(getattr(status, "message_id", "") or "")[:320],
    )


def _of_error(error: exchange.ExchangeError) -> Outcome:
    cause = error.__cause__
    if isinstance(cause, smtplib.SMTPException):
        return _of_smtp(cause)
    if isinstance(cause, AnymailConfigurationError):
        return Outcome(AttemptResult.REFUSED, answer="The settings of the provider are not valid.")
    if isinstance(cause, AnymailRecipientsRefused):
        return Outcome(
            AttemptResult.REJECTED,
            status=error.exchange.status,
            answer=readable(_text(getattr(cause, "response", None))),
        )
    if isinstance(cause, AnymailAPIError | requests.RequestException):
        return _of_http(error.exchange.status, getattr(cause, "response", None), cause)
    if isinstance(cause, AnymailError):
        return Outcome(AttemptResult.REJECTED, answer=type(cause).__name__)
    if isinstance(cause, TimeoutError) or error.exchange.deadline.has_passed:
        return _of_http(error.exchange.status, None, cause)
    if not isinstance(cause, OSError):
        # The message of an exception may quote an address, so it is not in the log.
        where = "".join(traceback.format_tb(cause.__traceback__)) if cause else ""
        logger.error("Unexpected %s while a mail was sent\n%s", type(cause).__name__, where)
    return Outcome(AttemptResult.TEMPORARY, answer=type(cause).__name__)


def _of_http(status: int | None, response: Any, cause: BaseException | None) -> Outcome:
    text = _text(response)
    if status is None:
        return Outcome(AttemptResult.TEMPORARY, answer=_in_words(cause))
    if 200 <= status < 300:
        # The provider has taken it; what exactly it said got lost. To send it again would be worse.
        result = AttemptResult.REFUSED if NOT_AN_API in text else AttemptResult.UNCONFIRMED
    else:
        result = meaning_of(status)
    headers = getattr(response, "headers", {}) or {}
    return Outcome(
        result,
        status=status,
        answer=readable(text) or _in_words(cause),
        retry_after=retry_after(headers.get("Retry-After"), headers.get("Date")),
    )


def meaning_of(status: int) -> AttemptResult:
    """What a status of HTTP that is no success says about the mail and the account."""
    if status in _REFUSALS or 300 <= status < 400:
        return AttemptResult.REFUSED
    if status in _TEMPORARY or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return AttemptResult.TEMPORARY
    return AttemptResult.REJECTED


# RFC 3463, X.1.XXX: some are about the recipient's address, others about the sender's.
_NO_MAILBOX = re.compile(r"\s*5\.1\.(1|2|3|6|10)\b")
_BUSY_MAILBOX = re.compile(r"\s*4\.[12]\.\d+\b")
_BAD_SENDER = re.compile(r"\s*5\.1\.(7|8)\b")


def _of_smtp(error: smtplib.SMTPException) -> Outcome:
    code, words = _smtp_answer(error)
    answer = readable(words) or type(error).__name__
    if code is None:
        # Something that the server cannot do: encryption, a way to sign in.
        lost = isinstance(error, smtplib.SMTPServerDisconnected)
        result = AttemptResult.TEMPORARY if lost else AttemptResult.REFUSED
    elif code < 500 or isinstance(error, smtplib.SMTPConnectError | smtplib.SMTPHeloError):
        result = AttemptResult.TEMPORARY
    elif isinstance(error, smtplib.SMTPAuthenticationError) or code == 530:
        result = AttemptResult.REFUSED
    elif isinstance(error, smtplib.SMTPRecipientsRefused) and _NO_MAILBOX.match(words):
        result = AttemptResult.NO_MAILBOX
    elif isinstance(error, smtplib.SMTPRecipientsRefused) and _BAD_SENDER.match(words):
        # Servers that look at the sender only when they hear the recipient.
        result = AttemptResult.REFUSED
    elif isinstance(error, smtplib.SMTPSenderRefused) and code != 552:
        result = AttemptResult.REFUSED
    else:
        result = AttemptResult.REJECTED
    is_about_mailbox = isinstance(error, smtplib.SMTPRecipientsRefused) and bool(
        _BUSY_MAILBOX.match(words)
    )
    return Outcome(result, status=code, answer=answer, is_about_mailbox=is_about_mailbox)


def _smtp_answer(error: smtplib.SMTPException) -> tuple[int | None, str]:
    code: int
    words: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, words = error.smtp_code, error.smtp_error
    else:
        return None, ""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return (code if code > 0 else None), text


def _in_words(cause: BaseException | None) -> str:
    """Why there is no answer, without what the exception quotes."""
    for kind, words in (
        (requests.ConnectTimeout, "No connection in time."),
        (requests.Timeout, "No answer in time."),
        (TimeoutError, "No answer in time."),
        (requests.TooManyRedirects, "A redirect, which is not followed."),
        (requests.ConnectionError, "No connection, or it was cut."),
    ):
        if isinstance(cause, kind):
            return words
    return "The answer cannot be read."


def retry_after(value: str | None, date: str | None) -> timedelta:
    """Both forms of RFC 9110, a date relative to the answer's own; 0 for everything else."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), _LONGEST_WAIT)
    moment, now = _moment(text), _moment(date or "") or datetime.now(UTC)
    return min(max(moment - now, timedelta()), _LONGEST_WAIT) if moment else timedelta()


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _text(response: Any) -> str:
    return str(getattr(response, "text", "") or "")[: 4 * _KEPT_CHARACTERS]


def readable(text: str) -> str:
    """The beginning of an answer as text that can be stored and shown: some servers quote the links
    for which they refuse a mail.
    """
    return "".join(
        each
        for each in without_tokens(text)
        if each in "\n\t" or not unicodedata.category(each).startswith("C")
    )[:_KEPT_CHARACTERS]
