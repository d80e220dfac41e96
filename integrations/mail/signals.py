"""News of a mail, for the apps that asked for it: nobody below knows who they are."""

from django.dispatch import Signal

mail_changed = Signal()
"""``mail``: it was sent, has come further, or has failed; in the transaction that notes it."""

address_told = Signal()
"""``canonical_address``, ``kind`` (`progress.EventKind`): its owner has complained or wants no more
mail, or there is no such mailbox; in the transaction that notes it.
"""

address_allowed = Signal()
"""``canonical_address``, ``user``: somebody of the staff lets mail go to it again; in the
transaction that notes it.
"""
