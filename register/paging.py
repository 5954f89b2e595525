"""Long lists a page at a time: `?page=2`, and the addresses of the pages beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from register.addresses import same_page

if TYPE_CHECKING:
    from starlette.requests import Request

LAST_PAGE = 10_000


@dataclass(frozen=True, slots=True)
class Pages:
    """The number of a page, from 1, and the addresses of the pages beside it; None where there are none."""

    number: int
    earlier: str | None
    later: str | None


def page_number(request: Request) -> int:
    """The page that the address asks for, from 1; the first where it asks for none that could be."""
    text = request.query_params.get("page", "")
    return min(int(text), LAST_PAGE) if re.fullmatch(r"0*[1-9][0-9]{0,5}", text) else 1


def pages(request: Request, total: int, rows: int) -> Pages:
    """The page asked for in a list of `total` rows, with `rows` of them on each page."""
    number = page_number(request)
    last = min(-(-total // rows), LAST_PAGE)
    earlier = same_page(request, page=number - 1) if 1 < number <= last else None
    later = same_page(request, page=number + 1) if number < last else None
    return Pages(number, earlier, later)
