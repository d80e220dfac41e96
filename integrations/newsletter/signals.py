"""News of a subscription, for whoever keeps a list in step with ours."""

from django.dispatch import Signal

subscription_changed = Signal()
"""``subscriber`` (`models.Subscriber`, as it is now) and ``former``, its state before or None if it
is new; in the transaction of the change, so that a receiver's row is there with it or not at all.

Sent when the state, the language or the name has changed, and before a person is erased: then
``is_erased`` is true, and the row is gone after the last receiver.
"""
