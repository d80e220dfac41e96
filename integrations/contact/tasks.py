"""What the worker does for the contact form by the clock."""

from procrastinate.contrib.django import app

from integrations.contact import retention


@app.periodic(cron="7 3 * * *")
@app.task(queueing_lock="purge_contact_messages")
def purge_contact_messages(timestamp: int) -> None:
    """Erase messages whose time is over."""
    retention.purge()
