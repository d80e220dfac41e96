"""The admin's own edit forms, filled in by code instead of a browser.

A form is always filled in whole: with what is stored, and over it what is to be changed. So the
rules that concern several fields hold, and messages are those that an editor reads.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.forms import BaseForm
from django.utils.datastructures import MultiValueDict
from taggit.managers import TaggableManager
from wagtail.admin.panels import get_edit_handler
from wagtail.api.v3.form_data import build_form_data
from wagtail.blocks import BaseStructBlock, Block, RichTextBlock
from wagtail.blocks.list_block import ListBlock
from wagtail.blocks.stream_block import BaseStreamBlock
from wagtail.fields import StreamField
from wagtail.models import Page

from cms.models import User

Values = Mapping[str, Any]
"""By name of the form's field. A foreign key is an id, tags are names, a relation is a list of such
mappings (with ``id`` for a row to be kept), a StreamField is what is stored in JSON."""

# Comments are the admin's; without their data the form leaves them alone.
_ADMIN_ONLY = ("comments", "comment_notifications")


def bound_form(
    *, instance: Model, values: Values, user: User, parent: Page | None = None
) -> BaseForm:
    """The edit form of ``instance`` with ``values`` typed into it; not validated yet.

    ``parent``: the page above, for pages.
    """
    form_class = _edit_handler(type(instance)).get_form_class()
    filled_in = {**_stored_values(form_class, instance), **values}
    data = build_form_data(form_class, _without_list_ids(instance, filled_in), instance=instance)
    for name, field in form_class.base_fields.items():
        if field.show_hidden_initial:
            # What is compared with, where the default is another one each time.
            data[f"initial-{name}"] = getattr(instance, name)
    for name, block in _stream_blocks(type(instance)).items():
        _write_keys(data, block, filled_in.get(name), name)
    place = {"parent_page": parent} if isinstance(instance, Page) else {}
    form: BaseForm = form_class(data=data, instance=instance, for_user=user, **place)
    return form


def stored_rows(*, instance: Any, name: str) -> list[dict[str, Any]]:
    """The rows of the relation ``name`` as they would be given to `bound_form` unchanged."""
    formset_class = _edit_handler(type(instance)).get_form_class().formsets[name]
    return _rows(formset_class, instance, name)


def _edit_handler(model: Any) -> Any:
    return model.get_edit_handler() if issubclass(model, Page) else get_edit_handler(model)


def _stored_values(form_class: Any, instance: Any) -> dict[str, Any]:
    values = _field_values(form_class.base_fields, instance)
    for name, formset_class in form_class.formsets.items():
        if name not in _ADMIN_ONLY:
            values[name] = _rows(formset_class, instance, name)
    return values


def _rows(formset_class: Any, instance: Any, name: str) -> list[dict[str, Any]]:
    return [
        {"id": child.pk, **_field_values(formset_class.form.base_fields, child)}
        for child in getattr(instance, name).all()
    ]


def _field_values(names: Any, instance: Any) -> dict[str, Any]:
    values = {}
    for name in names:
        if name in _ADMIN_ONLY:
            continue
        field = instance._meta.get_field(name)
        if isinstance(field, StreamField):
            values[name] = list(getattr(instance, name).raw_data)
        elif isinstance(field, TaggableManager):
            values[name] = [tag.name for tag in getattr(instance, name).all()]
        else:
            values[name] = field.value_from_object(instance)
    return values


def _stream_blocks(model: type[Model]) -> dict[str, Block]:
    fields = model._meta.get_fields()
    return {field.name: field.stream_block for field in fields if isinstance(field, StreamField)}


def _without_list_ids(instance: Model, values: Values) -> dict[str, Any]:
    streams = _stream_blocks(type(instance))
    return {
        name: _plain(streams[name], value) if name in streams else value
        for name, value in values.items()
    }


def _plain(block: Block, raw: Any) -> Any:
    """The stored value without what a list notes about its items, which the form builder lacks."""
    match block:
        case BaseStreamBlock():
            return [
                {**item, "value": _plain(block.child_blocks[item["type"]], item["value"])}
                for item in raw or []
                if item["type"] in block.child_blocks
            ]
        case ListBlock():
            return [_plain(block.child_block, _item_value(item)) for item in raw or []]
        case BaseStructBlock():
            return {
                name: _plain(child, (raw or {}).get(name))
                for name, child in block.child_blocks.items()
            }
    return raw


def _item_value(item: Any) -> Any:
    return item["value"] if isinstance(item, Mapping) and "value" in item else item


def _write_keys(data: MultiValueDict[str, Any], block: Block, raw: Any, prefix: str) -> None:
    """Have what is stored already keep its keys, by which two revisions are compared: those of a
    list's items, and those of paragraphs.
    """
    match block:
        case RichTextBlock() if "data-block-key" in (raw or ""):
            data[prefix] = block.field.widget.format_value(raw)
        case BaseStreamBlock():
            known = [item for item in raw or [] if item["type"] in block.child_blocks]
            for number, item in enumerate(known):
                child = block.child_blocks[item["type"]]
                _write_keys(data, child, item["value"], f"{prefix}-{number}-value")
        case ListBlock():
            for number, item in enumerate(raw or []):
                if isinstance(item, Mapping) and item.get("id"):
                    data[f"{prefix}-{number}-id"] = item["id"]
                _write_keys(data, block.child_block, _item_value(item), f"{prefix}-{number}-value")
        case BaseStructBlock():
            for name, child in block.child_blocks.items():
                _write_keys(data, child, (raw or {}).get(name), f"{prefix}-{name}")
