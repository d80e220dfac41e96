"""How an app says that a list which it keeps for visitors has changed.

Integrations are strangers to each other and nobody imports the webhooks, so the news goes through
here: the app that keeps the feed sends the signal, within the transaction of the change, and only
when visitors see something else than before.
"""

from django.dispatch import Signal

PROJECTS = "projects"
CONTRIBUTIONS = "contributions"

feed_updated = Signal()
"""Arguments: ``sender`` (the model), ``feed`` (one of the names above), ``api_urls`` (paths below
``PUBLIC_URL`` that answer something else now, like ``/api/projects``)."""
