"""What the worker does with content."""

from procrastinate.contrib.django import app

from content import preview, scheduling


@app.periodic(cron="* * * * * */5")
@app.task(queue="publishing", queueing_lock="publish_scheduled", priority=10)
def publish_scheduled(timestamp: int) -> None:
    """Publish and withdraw what is due, every five seconds."""
    scheduling.run_due()


@app.periodic(cron="41 * * * *")
@app.task(queueing_lock="purge_expired_previews")
def purge_expired_previews(timestamp: int) -> None:
    """Delete the previews that nobody can open any more, every hour."""
    preview.purge_expired_previews()
