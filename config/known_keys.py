"""Which keys a file may have at one place: read from its model, so that an unknown one can be answered with a known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

from pydantic import BaseModel, RootModel, Tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def keys_at(model: type[BaseModel], place: Sequence[int | str]) -> list[str]:
    """The keys that `model` knows at a place as pydantic gives it, that of the unknown key itself included."""
    found: list[Any] = [model]
    for part in place[:-1]:
        found = [inner for each in found for inner in _inside(each, part)]
    return list(dict.fromkeys(key for each in found for name in _models(each) for key in _keys(name)))


def _inside(kind: Any, part: int | str) -> Iterator[Any]:
    """What `part` leads to: a field's type, the members of a list or the values of a mapping, a tagged member."""
    for each in _members(kind):
        if isinstance(each, type) and issubclass(each, RootModel):
            yield from _inside(each.model_fields["root"].annotation, part)
        elif isinstance(each, type) and issubclass(each, BaseModel):
            for name, field in each.model_fields.items():
                if part in {name, field.alias}:
                    yield field.annotation
        elif get_origin(each) is dict:
            yield get_args(each)[1]
        elif _is_list(each, part) or _has_tag(each, part):
            yield get_args(each)[0]


def _is_list(kind: Any, part: int | str) -> bool:
    return get_origin(kind) in {tuple, list} and isinstance(part, int)


def _has_tag(kind: Any, part: int | str) -> bool:
    return get_origin(kind) is Annotated and any(isinstance(each, Tag) and each.tag == part for each in get_args(kind))


def _members(kind: Any) -> Iterator[Any]:
    """A type and what it is a union of, without annotations; a tagged member also keeps its tag."""
    if get_origin(kind) is Annotated:
        if any(isinstance(each, Tag) for each in get_args(kind)):
            yield kind
        yield from _members(get_args(kind)[0])
    elif get_origin(kind) in {tuple, list, dict} or isinstance(kind, type):
        yield kind
    else:
        for each in get_args(kind):
            yield from _members(each)


def _models(kind: Any) -> Iterator[type[BaseModel]]:
    for each in _members(kind):
        if isinstance(each, type) and issubclass(each, RootModel):
            yield from _models(each.model_fields["root"].annotation)
        elif isinstance(each, type) and issubclass(each, BaseModel):
            yield each


def _keys(model: type[BaseModel]) -> Iterator[str]:
    """As they are written: by alias, and as the schema for editors has them where a short form takes others."""
    schema = model.model_json_schema()
    # One that holds itself is a reference to its definition.
    whole = schema["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    for form in (whole, *whole.get("anyOf", ())):
        yield from form.get("properties", ())
