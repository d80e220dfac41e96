"""The states of a subscription, how they may change, and the words of the consent ledger."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    PENDING = "pending", _("not confirmed yet")
    CONFIRMED = "confirmed", _("subscribed")
    UNSUBSCRIBED = "unsubscribed", _("unsubscribed")
    BOUNCED = "bounced", _("no such mailbox")
    COMPLAINED = "complained", _("reported as spam")


SUPPRESSED = (State.BOUNCED, State.COMPLAINED)
"""Nothing that a visitor or an import does leaves these; somebody of the staff may."""

MAY_LEAVE = (State.PENDING, State.CONFIRMED)

MAY_BECOME = {
    State.PENDING: {State.CONFIRMED, State.UNSUBSCRIBED, *SUPPRESSED},
    State.CONFIRMED: {State.UNSUBSCRIBED, *SUPPRESSED},
    State.UNSUBSCRIBED: {State.PENDING, *SUPPRESSED},
    State.BOUNCED: {State.COMPLAINED, State.UNSUBSCRIBED},
    State.COMPLAINED: {State.UNSUBSCRIBED},
}
"""Who has left comes back by asking and confirming anew only. Out of the suppressed states leads
the staff's hand alone, and only to "unsubscribed".
"""


class Route(models.TextChoices):
    """By which way something was asked, confirmed or withdrawn."""

    API = "api", _("the website")
    PAGE = "page", _("the page without scripts")
    ONE_CLICK = "one_click", _("the mail program's button")
    IMPORT = "import", _("an import")
    STAFF = "staff", _("somebody of the staff")
    PROVIDER = "provider", _("the mail provider")
    EXPIRY = "expiry", _("the passing of time")


class ConsentKind(models.TextChoices):
    """What an entry of the consent ledger says."""

    ASKED = "asked", _("asked for the newsletter")
    CONFIRMED = "confirmed", _("confirmed")
    IMPORTED = "imported", _("taken over from another list")
    WITHDRAWN = "withdrawn", _("unsubscribed")
    LANGUAGE = "language", _("changed the language")
    BOUNCED = "bounced", _("mail came back")
    COMPLAINED = "complained", _("reported a mail as spam")
    LAPSED = "lapsed", _("did not confirm in time")
    RELEASED = "released", _("released by the staff")


class ImportResult(models.TextChoices):
    """What became of one address of an imported list."""

    ADDED = "added", _("added")
    ASKED = "asked", _("asked to confirm")
    UNCHANGED = "unchanged", _("was there already")
    LEFT = "left", _("has unsubscribed, and stays so")
    SUPPRESSED = "suppressed", _("takes no mail")
    ERASED = "erased", _("was erased at the person's wish, and stays so")
    WAITS = "waits", _("has had its mails for today")
