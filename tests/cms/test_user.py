import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from cms.models import User

pytestmark = pytest.mark.django_db


def test_email_address_is_kept_case_folded() -> None:
    user = User.objects.create_user("ana", " Ana@Example.ORG ", "secret-password")
    user.refresh_from_db()
    assert user.email == "ana@example.org"


def test_second_account_with_the_same_address_in_another_case_is_refused() -> None:
    User.objects.create_user("ana", "ana@example.org", "secret-password")
    other = User(username="other", email="ANA@example.org", password="x")
    with pytest.raises(ValidationError, match="already exists"):
        other.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(username="third", email="ANA@EXAMPLE.ORG")])


def test_account_needs_an_email_address() -> None:
    with pytest.raises(ValidationError) as explained:
        User(username="nobody", password="x").full_clean()
    assert list(explained.value.message_dict) == ["email"]
