"""Pages read by code of the operator's own: a function from a page and its address to items."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from scrapers.crawl.item import Item
from scrapers.kinds.listings import next_page
from scrapers.kinds.paging import text_of
from scrapers.publication import ReadError

if TYPE_CHECKING:
    from config.sources import PythonSource
    from scrapers.http.client import Fetched


def read_page(source: PythonSource, page: Fetched) -> tuple[list[Item], str | None]:
    """The items of a page and the address of the next; what the code does wrong is the source's failure.

    Raises:
        ReadError: the code failed, or gave something other than items.
    """
    text = text_of(page, source.policy.charset)
    module, _, name = source.call.partition(":")
    try:
        read = getattr(importlib.import_module(module), name)
        found = list(read(text, page.url))
    except Exception as error:
        raise ReadError(f"{source.call} failed: {type(error).__name__}: {error}") from error
    if not all(isinstance(item, Item) for item in found):
        raise ReadError(f"{source.call} returned something other than scrapers.crawl.item.Item")
    return found, next_page(source, page)
