"""Outgoing webhooks."""

from cms.settings import env

# Endpoints on this machine or in its network. In production that would let whoever may add an
# endpoint talk to everything that only this server reaches.
WEBHOOKS_ALLOW_PRIVATE_ADDRESSES = env.development_only(
    "WEBHOOKS_ALLOW_PRIVATE_ADDRESSES", default=False
)
