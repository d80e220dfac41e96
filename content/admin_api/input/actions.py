"""What is said to actions."""

from django.conf import settings

from content.admin_api.input.fields import Choice, Moment, Text
from content.admin_api.input.objects import InputSerializer


class NothingInput(InputSerializer):
    """Nothing."""


class CommentInput(InputSerializer):
    """Words for whoever submitted it."""

    comment = Text()


class ScheduleInput(InputSerializer):
    """When it goes live and when it expires, each with an offset."""

    go_live_at = Moment(
        needs_offset=True, required=True, help_text="When to publish it; null cancels that."
    )
    expire_at = Moment(needs_offset=True, help_text="When to take it off the site; null: never.")


class TranslateInput(InputSerializer):
    """The language to translate into."""

    locale = Choice([code for code, _name in settings.LANGUAGES], settings.LANGUAGES, required=True)
