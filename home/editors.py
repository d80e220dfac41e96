"""Who may do what in the admin, and who approves: the groups and workflow of a new site."""

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowContentType,
    WorkflowPage,
    WorkflowTask,
)

from content.models import Testimonial

EDITORS = "Editors"
MODERATORS = "Moderators"
WORKFLOW = "Moderators approval"
"""The names under which Wagtail's own migrations create these three."""

INBOX = "Inbox"
"""People who read and answer what visitors write, whatever else they do. An editor or moderator
does not, until somebody is added here: what visitors tell is for few.
"""

NEWSLETTER = "Newsletter"
"""People who look after the newsletter's list: addresses are for few, too."""

EDITOR_PAGE_PERMISSIONS = ("add_page", "change_page")
EDITOR_COLLECTION_PERMISSIONS = (
    "wagtailimages.add_image",
    "wagtailimages.change_image",
    "wagtailimages.choose_image",
    "wagtaildocs.add_document",
    "wagtaildocs.change_document",
    "wagtaildocs.choose_document",
)
EDITOR_PERMISSIONS = (
    "wagtailadmin.access_admin",
    "content.add_testimonial",
    "content.change_testimonial",
    "content.change_navigation",
    "github.view_project",
    "github.change_project",
    "simple_translation.submit_translation",
)
MODERATOR_PAGE_PERMISSIONS = (
    *EDITOR_PAGE_PERMISSIONS,
    "publish_page",
    "lock_page",
    "unlock_page",
    "bulk_delete_page",
)
# Nobody may delete a navigation: there is exactly one in each language and the site needs it.
MODERATOR_PERMISSIONS = (
    *EDITOR_PERMISSIONS,
    "content.publish_testimonial",
    "content.lock_testimonial",
    "content.unlock_testimonial",
    "content.delete_testimonial",
    "content.publish_navigation",
    "content.lock_navigation",
    "content.unlock_navigation",
    "content.change_sitesettings",
    "github.add_account",
    "github.change_account",
    "github.delete_account",
    "github.view_account",
    "github.change_githubsettings",
    "wagtailredirects.add_redirect",
    "wagtailredirects.change_redirect",
    "wagtailredirects.delete_redirect",
)
INBOX_PERMISSIONS = (
    "wagtailadmin.access_admin",
    "contact.view_contactmessage",
    "contact.change_contactmessage",
    "contact.delete_contactmessage",
)
NEWSLETTER_PERMISSIONS = (
    "wagtailadmin.access_admin",
    "newsletter.view_subscriber",
    "newsletter.change_subscriber",
    "newsletter.delete_subscriber",
    "newsletter.import_subscriber",
    "newsletter.export_subscriber",
)


def prepare_groups() -> None:
    """Give Editors, Moderators, Inbox and Newsletter what their work on this site's types needs.

    Only adds: rights that an administrator granted stay. Needs the permissions that `migrate`
    creates at its end.
    """
    editors, _created = Group.objects.get_or_create(name=EDITORS)
    moderators, _created = Group.objects.get_or_create(name=MODERATORS)
    _grant(editors, EDITOR_PERMISSIONS, EDITOR_PAGE_PERMISSIONS)
    _grant(moderators, MODERATOR_PERMISSIONS, MODERATOR_PAGE_PERMISSIONS)
    for name, permissions in ((INBOX, INBOX_PERMISSIONS), (NEWSLETTER, NEWSLETTER_PERMISSIONS)):
        group, _created = Group.objects.get_or_create(name=name)
        group.permissions.add(*[_permission(each) for each in permissions])


def _grant(group: Group, names: Iterable[str], page_permissions: Iterable[str]) -> None:
    group.permissions.add(*[_permission(name) for name in names])
    root = Page.get_first_root_node()
    for codename in page_permissions:
        GroupPagePermission.objects.get_or_create(
            group=group, page=root, permission=_permission(f"wagtailcore.{codename}")
        )
    files = Collection.get_first_root_node()
    for name in EDITOR_COLLECTION_PERMISSIONS:
        GroupCollectionPermission.objects.get_or_create(
            group=group, collection=files, permission=_permission(name)
        )


def _permission(name: str) -> Permission:
    app_label, codename = name.split(".")
    return Permission.objects.get(content_type__app_label=app_label, codename=codename)


def prepare_workflow() -> None:
    """Have Moderators approve what others submit: every page and every testimonial.

    What already has a workflow keeps it.
    """
    workflow = Workflow.objects.filter(name=WORKFLOW, active=True).first()
    if workflow is None:
        workflow = _new_workflow()
    WorkflowPage.objects.get_or_create(
        page=Page.get_first_root_node(), defaults={"workflow": workflow}
    )
    WorkflowContentType.objects.get_or_create(
        content_type=ContentType.objects.get_for_model(Testimonial),
        defaults={"workflow": workflow},
    )


def _new_workflow() -> Workflow:
    task = GroupApprovalTask.objects.create(name=WORKFLOW)
    task.groups.add(Group.objects.get(name=MODERATORS))
    workflow = Workflow.objects.create(name=WORKFLOW)
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    return workflow
