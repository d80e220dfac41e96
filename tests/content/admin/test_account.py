"""One's own account, and the language that the admin speaks before and after signing in."""

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.users.models import UserProfile

from cms.models import User
from tests.content.admin.test_schedule import prefer

pytestmark = pytest.mark.django_db


def account(client: Client, user: User, **changes: str) -> tuple[int, str]:
    data = {
        "name_email-first_name": user.first_name,
        "name_email-last_name": user.last_name,
        "name_email-email": user.email,
        "locale-preferred_language": "",
        "locale-current_time_zone": "",
        "theme-theme": "system",
        "theme-contrast": "system",
        "theme-density": "default",
        **changes,
    }
    answer = client.post(reverse("wagtailadmin_account"), data)
    return answer.status_code, answer.content.decode()


def test_account_without_a_name_chooses_a_language(as_editor: Client, editor: User) -> None:
    assert not editor.get_full_name()
    status, _page = account(as_editor, editor, **{"locale-preferred_language": "es"})
    assert status == 302
    assert UserProfile.objects.get(user=editor).preferred_language == "es"


def test_account_that_is_not_saved_says_so_where_one_looks(as_editor: Client, editor: User) -> None:
    changes = {"name_email-email": "nobody", "locale-preferred_language": "es"}
    status, page = account(as_editor, editor, **changes)
    assert status == 200
    assert "Nothing was saved: a field has an error, see below." in page
    assert not UserProfile.objects.filter(user=editor, preferred_language="es").exists()


@pytest.mark.usefixtures("site")
def test_sign_in_page_speaks_the_language_of_the_browser(client: Client) -> None:
    page = client.get(reverse("wagtailadmin_login"), headers={"accept-language": "es-CR,es;q=0.9"})
    assert '<html lang="es"' in page.content.decode()


def test_account_page_is_for_who_is_signed_in(client: Client) -> None:
    answer = client.get(reverse("wagtailadmin_account"))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("wagtailadmin_login"))


def test_first_page_in_spanish_has_no_english_left(as_moderator: Client, moderator: User) -> None:
    prefer(moderator, preferred_language="es")
    page = as_moderator.get(reverse("wagtailadmin_home")).content.decode()
    assert "Buscar en todas las páginas…" in page
    for thing in ("página", "imágenes", "documentos"):
        assert thing in page
    for word in ("Pages <span", "Images <span", "Documents <span", "Search all pages"):
        assert word not in page
    listed = as_moderator.get(reverse("wagtailimages:index")).content.decode()
    assert "Buscar…" in listed
