"""What `setup_site` makes of a freshly migrated database."""

from io import StringIO

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from pytest_django import Settings
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Locale, Page, PageLogEntry, Site, TaskState
from wagtail.permissions import policy_registry

from cms.models import User
from content.models import EventIndexPage, Navigation, SiteSettings, StandardPage, Testimonial
from content.publishing import add_page, ensure_translations, publish, submit_for_moderation
from home.editors import EDITORS, INBOX, MODERATORS
from home.models import HomePage
from home.setup import prepare_site
from integrations.contact.models import ContactMessage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("migrated_database")]


def member(group: str) -> User:
    user = User.objects.create_user(username=group.lower(), email=f"{group}@example.org")
    user.groups.add(Group.objects.get(name=group))
    return user


def allowed(user: User, model: type, actions: list[str]) -> list[str]:
    policy = policy_registry.get_by_type(model)
    return [action for action in actions if policy.user_has_permission(user, action)]


def test_prepare_site_fresh_database_has_live_pages_in_both_languages(site: Site) -> None:
    homes = HomePage.objects.live().order_by("path")
    assert [(home.title, home.locale.language_code) for home in homes] == [
        ("Home", "en"),
        ("Inicio", "es"),
    ]
    indexes = EventIndexPage.objects.live().order_by("path")
    assert [index.url_path for index in indexes] == ["/home/events/", "/home-es/eventos/"]
    for pages in (homes, indexes):
        assert len({page.translation_key for page in pages}) == 1
        assert not [page for page in pages if page.alias_of_id]
    assert Navigation.objects.filter(live=True).count() == 2
    assert len(set(Navigation.objects.values_list("translation_key"))) == 1


def test_prepare_site_fresh_database_points_site_at_frontend(db: None, settings: Settings) -> None:
    settings.FRONTEND_URL = "https://www.example.org"
    prepare_site()
    site = Site.objects.get()
    assert (site.hostname, site.port, site.is_default_site) == ("www.example.org", 443, True)
    assert site.root_page.specific == HomePage.objects.get(locale__language_code="en")
    assert SiteSettings.for_site(site).name == settings.WAGTAIL_SITE_NAME


def test_prepare_site_second_run_changes_nothing(site: Site) -> None:
    log_entries = PageLogEntry.objects.count()
    assert prepare_site() == []
    assert PageLogEntry.objects.count() == log_entries


def test_prepare_site_changed_site_record_is_kept(site: Site, settings: Settings) -> None:
    Site.objects.update(hostname="lab.example.org", port=8443)
    settings.FRONTEND_URL = "https://www.example.org"
    prepare_site()
    kept = Site.objects.get()
    assert (kept.hostname, kept.port) == ("lab.example.org", 8443)


def test_prepare_site_only_spanish_has_one_landing_page(db: None, settings: Settings) -> None:
    settings.LANGUAGES = settings.WAGTAIL_CONTENT_LANGUAGES = [("es", "Español")]
    settings.LANGUAGE_CODE = "es"
    prepare_site()
    home = HomePage.objects.get()
    assert (home.title, home.locale.language_code) == ("Inicio", "es")
    assert Site.objects.get().root_page_id == home.pk
    assert EventIndexPage.objects.get().slug == "eventos"
    assert Navigation.objects.get().locale == home.locale


def test_prepare_site_spanish_first_roots_site_at_spanish(db: None, settings: Settings) -> None:
    settings.LANGUAGES = settings.WAGTAIL_CONTENT_LANGUAGES = [("es", "Español"), ("en", "English")]
    settings.LANGUAGE_CODE = "es"
    prepare_site()
    assert Site.objects.get().root_page.slug == "home"
    assert Site.objects.get().root_page.locale.language_code == "es"
    assert HomePage.objects.get(locale__language_code="en").slug == "home-en"


def test_prepare_site_language_added_later_gets_alias_of_every_page(
    db: None, settings: Settings
) -> None:
    settings.LANGUAGES = settings.WAGTAIL_CONTENT_LANGUAGES = [("en", "English")]
    prepare_site()
    home = HomePage.objects.get()
    about = add_page(parent=home, page=StandardPage(title="About", slug="about"))
    team = add_page(parent=about, page=StandardPage(title="Team", slug="team"))
    publish(instance=about)
    settings.LANGUAGES = settings.WAGTAIL_CONTENT_LANGUAGES = [("en", "English"), ("es", "Español")]
    done = prepare_site()
    spanish = Locale.objects.get(language_code="es")
    assert "Added “About” in es." in done
    assert about.get_translation(spanish).url_path == "/home-es/about/"
    assert about.get_translation(spanish).live
    assert not team.get_translation(spanish).live
    assert prepare_site() == []


def test_prepare_site_used_welcome_page_is_kept(db: None) -> None:
    welcome = Page.objects.get(depth=2)
    welcome.add_child(instance=Page(title="Mine", slug="mine"))
    prepare_site()
    assert Page.objects.filter(pk=welcome.pk).exists()
    assert Site.objects.get().root_page.specific_class is HomePage


def test_editors_pages_may_be_changed_but_not_published(site: Site) -> None:
    editor, home = member(EDITORS), HomePage.objects.first()
    assert home is not None
    rights = home.permissions_for_user(editor)
    assert rights.can_add_subpage()
    assert rights.can_edit()
    assert rights.can_submit_for_moderation()
    assert not rights.can_publish()
    assert not rights.can_unlock()
    assert editor.has_perm("simple_translation.submit_translation")
    assert editor.has_perm("wagtailadmin.access_admin")


def test_moderators_pages_may_be_published_and_locked(site: Site) -> None:
    rights = HomePage.objects.get(slug="home").permissions_for_user(member(MODERATORS))
    assert rights.can_publish()
    assert rights.can_lock()
    assert rights.can_unlock()


def test_only_who_is_asked_to_reads_what_visitors_write(site: Site) -> None:
    actions = ["view", "change", "delete"]
    assert allowed(member(INBOX), ContactMessage, actions) == actions
    for group in (EDITORS, MODERATORS):
        assert allowed(member(group), ContactMessage, actions) == []


@pytest.mark.parametrize(
    ("model", "editor_actions", "moderator_actions"),
    [
        (
            Testimonial,
            ["add", "change"],
            ["add", "change", "delete", "publish", "lock", "unlock"],
        ),
        (Navigation, ["change"], ["change", "publish", "lock", "unlock"]),
        (SiteSettings, [], ["change"]),
        (Redirect, [], ["add", "change", "delete"]),
        (User, [], []),
        (get_image_model(), ["add", "change", "choose"], ["add", "change", "choose"]),
        (get_document_model(), ["add", "change", "choose"], ["add", "change", "choose"]),
    ],
)
def test_groups_each_type_have_exactly_their_rights(
    site: Site, model: type, editor_actions: list[str], moderator_actions: list[str]
) -> None:
    actions = ["add", "change", "delete", "publish", "lock", "unlock", "choose"]
    if model in (get_image_model(), get_document_model()):
        # Whoever may add files may delete own ones; the policy answers "delete" for that already.
        actions.remove("delete")
    assert allowed(member(EDITORS), model, actions) == editor_actions
    assert allowed(member(MODERATORS), model, actions) == moderator_actions


def test_groups_right_taken_away_stays_away_until_granted_again(site: Site) -> None:
    editors = Group.objects.get(name=EDITORS)
    right = Permission.objects.get(codename="change_navigation")
    editors.permissions.remove(right)
    prepare_site()
    assert right not in editors.permissions.all()
    prepare_site(grant_again=True)
    assert right in editors.permissions.all()


def test_workflow_submitted_event_list_and_testimonial_wait_for_moderators(site: Site) -> None:
    editor, moderator = member(EDITORS), member(MODERATORS)
    about = add_page(
        parent=HomePage.objects.get(slug="home"),
        page=StandardPage(title="About", slug="about"),
        user=editor,
    )
    testimonial = Testimonial(
        author_name="Ana", quote="Good.", live=False, locale=Locale.get_default()
    )
    testimonial.save()
    testimonial.save_revision(user=editor)
    for item in (about, testimonial):
        submit_for_moderation(instance=item, user=editor)
    assert TaskState.objects.reviewable_by(moderator).count() == 2
    assert not TaskState.objects.reviewable_by(editor).exists()
    for state in TaskState.objects.reviewable_by(moderator):
        state.task.specific.on_action(state, moderator, "approve")
    assert StandardPage.objects.get(slug="about").live
    assert Testimonial.objects.get().live


def test_ensure_translations_new_page_is_aliased_once(site: Site) -> None:
    page = add_page(
        parent=HomePage.objects.get(slug="home"), page=StandardPage(title="About", slug="about")
    )
    aliases = ensure_translations(page=page)
    assert [alias.url_path for alias in aliases] == ["/home-es/about/"]
    assert ensure_translations(page=page) == []
    assert not aliases[0].live
    publish(instance=page)
    aliases[0].refresh_from_db()
    assert aliases[0].live


def test_setup_site_second_run_says_nothing_to_do(db: None) -> None:
    first, second = StringIO(), StringIO()
    call_command("setup_site", stdout=first)
    call_command("setup_site", stdout=second)
    assert "Created the landing page in es." in first.getvalue()
    assert second.getvalue() == "The site is set up already; nothing to do.\n"
