"""What the worker does for the admin API: forget what has had its time."""

import logging

from procrastinate.contrib.django import app

from cms.admin_api import retention
from cms.admin_api.audit.retention import purge_log

logger = logging.getLogger(__name__)


@app.periodic(cron="43 * * * *")
@app.task(queueing_lock="purge_sign_ins")
def purge_sign_ins(timestamp: int) -> None:
    """Delete what nothing can be done with any more."""
    purged = retention.purge_sign_ins()
    if purged:
        logger.info("%d ended sign-ins were forgotten", purged)


@app.periodic(cron="41 3 * * *")
@app.task(queueing_lock="purge_audit_log")
def purge_audit_log(timestamp: int) -> None:
    """Delete entries that are older than the setting says."""
    purged = purge_log()
    if purged:
        logger.info("%d entries of the audit log were deleted", purged)
