"""Refreshes of one preview that happen at the same time: two tabs, or a slow one and the next."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from content.models import EventPage, Preview
from tests.content.admin.conftest import member
from tests.content.previews import forms
from tests.content.previews.desk import Desk, Frame
from tests.factories import make_event

AT_ONCE, ROUNDS = 4, 3


def test_parallel_refreshes_share_one_preview(committed_database: str) -> None:
    event, desk = make_event(), Desk(member("Editors"))
    barrier = Barrier(AT_ONCE)

    def refresh(title: str) -> Frame:
        # A client of its own, because they are not made for threads, in the same session.
        own = Desk(desk.user, cookies=desk.client.cookies)
        try:
            barrier.wait(timeout=30)
            return own.edit_page(event, forms.event_form(title=title))
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for number in range(ROUNDS):
            titles = [f"Typed {number}.{each}" for each in range(AT_ONCE)]
            frames = set(pool.map(refresh, titles))
            assert len(frames) == 1
            assert next(iter(frames)).read()["title"] in titles
    assert Preview.objects.count() == 1
    assert desk.edit_page(event, forms.event_form(title="Last")) in frames
    assert next(iter(frames)).read()["title"] == "Last"
    assert EventPage.objects.get(pk=event.pk).title == event.title
