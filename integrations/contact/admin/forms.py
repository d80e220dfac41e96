"""What the staff can do with a message, and with several."""

from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from cms.models import User
from integrations.contact import services
from integrations.contact.models import LONGEST_MESSAGE, ContactMessage
from integrations.contact.states import State

STATES = [(value, capfirst(label)) for value, label in State.choices]


def name_of(user: User) -> str:
    """As colleagues know them."""
    return user.get_full_name() or user.get_username()


def possible_assignees(present: int | None = None) -> QuerySet[User]:
    """Active people who may change messages, and whoever has the message at ``present``."""
    right = {"codename": "change_contactmessage", "content_type__app_label": "contact"}
    own = Q(**{f"user_permissions__{name}": value for name, value in right.items()})
    group = Q(**{f"groups__permissions__{name}": value for name, value in right.items()})
    may = Q(is_active=True) & (Q(is_superuser=True) | own | group)
    return User.objects.filter(may | Q(pk=present)).distinct().order_by("pk")


class PersonField(forms.ModelChoiceField[User]):
    """Somebody of the staff, by their name."""

    def label_from_instance(self, obj: User) -> str:
        return name_of(obj)


class HandleForm(forms.Form):
    """State, person and a new note, saved together. What was not touched stays as it is by then,
    perhaps changed by somebody else: the form remembers what it showed.
    """

    state = forms.ChoiceField(label=_("State"), choices=STATES, show_hidden_initial=True)
    assignee = PersonField(
        label=_("Assigned to"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("nobody"),
        show_hidden_initial=True,
    )
    note = forms.CharField(
        label=_("New note"),
        help_text=_("Only for the staff."),
        max_length=LONGEST_MESSAGE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = possible_assignees(present=self.initial.get("assignee"))
        self.fields["assignee"].queryset = people  # type: ignore[attr-defined]

    def shown(self) -> list[SafeString]:
        """What was shown, for `changed_data` of the answer; Wagtail's fields leave it out."""
        fields = (self[name] for name, field in self.fields.items() if field.show_hidden_initial)
        return [field.as_hidden(only_initial=True) for field in fields]

    @transaction.atomic
    def save(self, *, message: ContactMessage, user: User) -> None:
        given = self.cleaned_data
        if "state" in self.changed_data:
            services.change_state(messages=[message], state=State(given["state"]), user=user)
        if "assignee" in self.changed_data:
            services.assign(messages=[message], assignee=given["assignee"], user=user)
        if given["note"].strip():
            services.add_note(message=message, text=given["note"].strip(), user=user)


class StateForm(forms.Form):
    state = forms.ChoiceField(label=_("State"), choices=STATES)


class AssigneeForm(forms.Form):
    assignee = PersonField(
        label=_("Assigned to"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("nobody"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = possible_assignees()  # type: ignore[attr-defined]
