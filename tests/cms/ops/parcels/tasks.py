"""What a worker does with a parcel."""

import time
from datetime import timedelta
from urllib.error import URLError
from urllib.request import urlopen

from procrastinate import JobContext
from procrastinate.contrib.django import app

from tests.cms.ops.parcels.models import Parcel

MOST_ATTEMPTS = 3


@app.task(pass_context=True)
def deliver(context: JobContext, *, row_id: str) -> None:
    parcel = Parcel.objects.claim(row_id=row_id, job_id=context.job.id)
    if parcel is None:
        return
    time.sleep(parcel.seconds)
    try:
        with urlopen(f"{parcel.door}?parcel={parcel.pk}", timeout=10):  # noqa: S310 - on this machine
            pass
    except URLError as error:
        if parcel.attempts < MOST_ATTEMPTS:
            parcel.retry(after=timedelta(seconds=1), error=str(error))
        else:
            parcel.give_up(error=str(error))
        return
    parcel.finish()
