"""A page of a list, as every list of the API gives it."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel, Field

from register.api.cursors import cursor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from register.api.questions import Paged
    from warehouse.pages.listing import Value

Item = TypeVar("Item")


class Page(BaseModel, Generic[Item]):
    """One page of a list."""

    items: list[Item] = Field(description="The rows of this page.")
    next: str | None = Field(
        description="The next page, as a reference relative to this address; null on the last page. The header Link "
        "has it, too."
    )


def page(
    request: Request, response: Response, asked: Paged, items: Sequence[Any], last: tuple[Value, ...] | None
) -> Page[Any]:
    """The page with these rows, and where it goes on behind the row with the keys `last`."""
    following = None
    if last is not None:
        # A reference to the query alone is right behind any proxy, whatever it puts before our paths.
        given = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
        following = f"?{urlencode([*given, ('cursor', cursor(asked.asked, last))])}"
        response.headers["Link"] = f'<{following}>; rel="next"'
    return Page(items=list(items), next=following)


def extended(kind: type[Item], row: Any, **more: Any) -> Item:
    """A record of the warehouse with more fields, in a dataclass that adds them to that of the record."""
    return kind(**{field.name: getattr(row, field.name) for field in fields(row)}, **more)
