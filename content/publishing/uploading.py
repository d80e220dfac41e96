"""Adding an image on behalf of a user, through the admin's form."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.actions import action_registry
from wagtail.images import get_image_model
from wagtail.images.forms import get_image_form
from wagtail.permissions import policy_registry

from cms.models import User
from content.publishing.form_problems import form_problems
from content.publishing.problems import InvalidContentError, Problem


@transaction.atomic
def create_image(
    *, values: dict[str, Any], file: UploadedFile | None, user: User, refuse: bool = False
) -> Any:
    """A new image with its renditions.

    ``values``: title, description (the alternative text), collection (an id; without one the
    first that the user may add to), by the names of the form's fields.
    ``refuse`` as in `create_page`. Raises ``PermissionDenied``, and `InvalidContentError` with what
    an editor would read.
    """
    model, problems = get_image_model(), list[Problem]()
    policy = policy_registry.get_by_type(model)
    if not policy.user_has_permission(user, "add"):
        raise PermissionDenied
    allowed = policy.collections_user_has_permission_for(user, "add").order_by("path")
    collections = [str(pk) for pk in allowed.values_list("pk", flat=True)]
    # The form asks for one only where there are several.
    if str(values.setdefault("collection", collections[0])) not in collections:
        message = _("There is no collection with this id that you may add to.")
        problems.append(Problem(("collection",), "not_found", message))
    image = model(uploaded_by_user=user)
    form = get_image_form(model)(values, {"file": file}, instance=image, user=user)
    problems += form_problems(form)
    if problems or refuse:
        raise InvalidContentError(problems)
    action = action_registry.get_action_class(model, "create")
    try:
        return action(image, user=user, form=form).execute()
    except ValidationError as error:
        raise InvalidContentError(
            [Problem(("file",), "invalid", " ".join(error.messages))]
        ) from error
