"""The list at a provider that subscribers of the newsletter are kept on."""

import re

from cms.settings import env

_API_URLS = {
    "mailgun": "https://api.mailgun.net/v3",
    "sendgrid": "https://api.sendgrid.com/v3",
}


def _list_name(provider: str) -> str:
    if provider == "mailgun":
        name, form, words = "MAILGUN_LIST", r"[^<>@\s,/]+@[^<>@\s,/]+", "the address of a list"
    else:
        name, form, words = "SENDGRID_LIST_ID", r"[0-9a-f-]{36}", "the id of a list, a UUID"
    value = env.optional(name) if provider != NEWSLETTER_PROVIDER else env.text(name)
    if value and not re.fullmatch(form, value, re.IGNORECASE):
        raise env.InvalidSettingError(name, f"must be {words}, not {value!r}.")
    return value or ""


NEWSLETTER_PROVIDER = env.choice(
    "NEWSLETTER_PROVIDER", default="none", choices=("none", *sorted(_API_URLS))
)
_list_names = {provider: _list_name(provider) for provider in _API_URLS}
NEWSLETTER_LIST: dict[str, str] = {}
if NEWSLETTER_PROVIDER in _API_URLS:
    _prefix = NEWSLETTER_PROVIDER.upper()
    NEWSLETTER_LIST = {
        # The same account as for mail, if that leaves by this provider.
        "url": f"{env.base_url(f'{_prefix}_API_URL', _API_URLS[NEWSLETTER_PROVIDER])}/",
        "key": env.text(f"{_prefix}_API_KEY"),
        "list_name": _list_names[NEWSLETTER_PROVIDER],
    }
