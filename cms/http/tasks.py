"""What the worker does for the requests of others: forget them."""

import logging

from procrastinate.contrib.django import app

from cms.http import accepted_limit, idempotency

logger = logging.getLogger(__name__)


@app.periodic(cron="23 * * * *")
@app.task(queueing_lock="purge_requests")
def purge_requests(timestamp: int) -> None:
    """Delete what counts against no limit any more and what is answered again no more."""
    purged = accepted_limit.purge() + idempotency.purge()
    if purged:
        logger.info("%d counted or remembered requests were purged", purged)
