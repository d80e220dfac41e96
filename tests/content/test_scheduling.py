"""What editors have scheduled happens at its time, once, and whatever else goes wrong."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models.functions import Now
from django.utils import timezone
from wagtail.models import ModelLogEntry, Page, PageLogEntry
from wagtail.signals import published, unpublished

from content import publishing, scheduling
from content.models import EventPage, ScheduledAttempt
from integrations.webhooks.models import Message
from integrations.webhooks.services import add_endpoint
from tests.factories import make_event, make_testimonial

pytestmark = pytest.mark.django_db

PAST, FUTURE = timedelta(minutes=-1), timedelta(hours=1)


def schedule(instance: Any, *, go_live: timedelta) -> Any:
    """`instance` with an approved revision whose time has or has not come."""
    instance.go_live_at = timezone.now() + FUTURE
    publishing.save_revision(instance=instance)
    publishing.publish(instance=instance)
    revision = instance.get_latest_revision()
    moment = timezone.now() + go_live
    revision.content["go_live_at"] = moment.isoformat()
    revision.approved_go_live_at = moment
    revision.save()
    return instance


def let_expire(instance: Any) -> Any:
    type(instance).objects.filter(pk=instance.pk).update(expire_at=timezone.now() + PAST)
    return instance


def is_live(instance: Any) -> bool:
    return bool(type(instance).objects.values_list("live", flat=True).get(pk=instance.pk))


def log_of(instance: Any) -> list[str]:
    entries: Any = (
        PageLogEntry.objects.filter(page=instance.pk)
        if isinstance(instance, Page)
        else ModelLogEntry.objects.filter(object_id=instance.pk)
    )
    return [action for action in entries.values_list("action", flat=True) if "scheduled" in action]


class Trap:
    """A receiver of publishing signals that fails for one object."""

    def __init__(self) -> None:
        self.prey: Any = None
        self.sprung = 0

    def __call__(self, instance: Any, **kwargs: Any) -> None:
        if self.prey is not None and instance.pk == self.prey.pk:
            self.sprung += 1
            message = "a receiver fails"
            raise RuntimeError(message)


@pytest.fixture
def trap() -> Iterator[Trap]:
    trap = Trap()
    for signal in (published, unpublished):
        signal.connect(trap)
    yield trap
    for signal in (published, unpublished):
        signal.disconnect(trap)


def test_page_and_snippet_go_live_at_their_time_and_are_logged(site: object) -> None:
    due = schedule(make_event(slug="due", publish=False), go_live=PAST)
    later = schedule(make_event(slug="later", publish=False), go_live=FUTURE)
    said = schedule(make_testimonial(publish=False), go_live=PAST)
    assert scheduling.run_due() == 2
    assert (is_live(due), is_live(later), is_live(said)) == (True, False, True)
    assert log_of(due) == log_of(said) == ["wagtail.publish.scheduled"]
    assert log_of(later) == []
    assert scheduling.run_due() == 0
    assert log_of(due) == ["wagtail.publish.scheduled"]
    assert not ScheduledAttempt.objects.exists()


def test_page_and_snippet_are_withdrawn_when_their_time_is_over(site: object) -> None:
    over, said = let_expire(make_event(slug="over")), let_expire(make_testimonial())
    stays = make_event(slug="stays")
    aliases = EventPage.objects.filter(alias_of=over)
    assert all(is_live(alias) for alias in aliases)
    assert scheduling.run_due() >= 2
    assert (is_live(over), is_live(said), is_live(stays)) == (False, False, True)
    assert not any(is_live(alias) for alias in aliases)
    over.refresh_from_db()
    assert over.expired
    assert log_of(over) == log_of(said) == ["wagtail.unpublish.scheduled"]


def test_item_that_fails_is_reported_and_others_go_on(
    site: object, trap: Trap, caplog: pytest.LogCaptureFixture
) -> None:
    trap.prey = schedule(make_event(slug="poison", publish=False), go_live=PAST * 2)
    other = schedule(make_event(slug="other", publish=False), go_live=PAST)
    with caplog.at_level(logging.ERROR):
        scheduling.run_due()
    assert (is_live(trap.prey), is_live(other)) == (False, True)
    assert log_of(trap.prey) == []
    assert f"publish wagtailcore.Page {trap.prey.pk}" in caplog.text
    attempt = scheduling.failing().get()
    assert (attempt.object_id, attempt.attempts) == (str(trap.prey.pk), 1)
    assert attempt.error == "RuntimeError: a receiver fails"

    scheduling.run_due()
    assert trap.sprung == 1
    ScheduledAttempt.objects.update(next_attempt_at=Now())
    scheduling.run_due()
    assert trap.sprung == 2
    assert ScheduledAttempt.objects.get().next_attempt_at > timezone.now() + timedelta(seconds=30)

    trap.prey, prey = None, trap.prey
    ScheduledAttempt.objects.update(next_attempt_at=Now())
    scheduling.run_due()
    assert is_live(prey)
    assert log_of(prey) == ["wagtail.publish.scheduled"]
    assert not scheduling.failing().exists()


def test_item_that_cannot_be_withdrawn_stays_as_it_is(site: object, trap: Trap) -> None:
    trap.prey = let_expire(make_event(slug="poison"))
    scheduling.run_due()
    assert is_live(trap.prey)
    trap.prey.refresh_from_db()
    assert not trap.prey.expired
    assert scheduling.failing().count() == 1


def test_item_that_ended_its_process_waits_and_counts_as_failing(site: object) -> None:
    """What a killed scheduler leaves: an attempt that was begun and has no error."""
    event = schedule(make_event(slug="killed", publish=False), go_live=PAST)
    (item,) = scheduling._due_items()
    assert scheduling._begin(item) is not None
    scheduling.run_due()
    assert not is_live(event)
    assert not scheduling.failing().exists()
    ScheduledAttempt.objects.update(started_at=Now() - timedelta(minutes=2))
    assert scheduling.failing().exists()
    ScheduledAttempt.objects.update(next_attempt_at=Now())
    scheduling.run_due()
    assert is_live(event)
    assert not ScheduledAttempt.objects.exists()


def test_attempt_whose_item_somebody_has_seen_to_is_forgotten(site: object, trap: Trap) -> None:
    trap.prey = schedule(make_event(slug="poison", publish=False), go_live=PAST)
    scheduling.run_due()
    trap.prey, prey = None, trap.prey
    publishing.publish(instance=prey)
    ScheduledAttempt.objects.update(started_at=Now() - timedelta(minutes=2))
    scheduling.run_due()
    assert not ScheduledAttempt.objects.exists()


def test_item_that_failed_and_is_set_for_another_time_begins_anew(site: object, trap: Trap) -> None:
    event = trap.prey = schedule(make_event(slug="poison", publish=False), go_live=PAST * 2)
    for _attempt in range(5):
        scheduling.run_due()
        ScheduledAttempt.objects.update(next_attempt_at=Now())
    scheduling.run_due()
    assert ScheduledAttempt.objects.get().next_attempt_at > timezone.now() + timedelta(minutes=10)
    trap.prey = None
    scheduling.run_due()
    assert not is_live(event)
    schedule(event, go_live=PAST)
    assert scheduling.run_due() == 1
    assert is_live(event)


def test_command_is_the_same_scheduler(site: object) -> None:
    add_endpoint(url="https://www.example.org/hook")
    event = schedule(make_event(slug="due", publish=False), go_live=PAST)
    publishing.ensure_translations(page=event)
    Message.objects.all().delete()
    call_command("publish_scheduled", dryrun=True)
    assert not is_live(event)
    output = StringIO()
    call_command("publish_scheduled", stdout=output)
    assert output.getvalue().startswith("1 scheduled item")
    assert log_of(event) == ["wagtail.publish.scheduled"]
    assert [(one.type, one.object_id) for one in Message.objects.all()] == [
        ("page.published", event.pk)
    ]


def test_number_of_queries_when_nothing_is_due(
    site: object, django_assert_max_num_queries: Any
) -> None:
    make_event(slug="live")
    with django_assert_max_num_queries(6):
        assert scheduling.run_due() == 0
