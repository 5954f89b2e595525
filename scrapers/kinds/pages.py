"""A fixed list of pages: each is one document, and what the list says of it is believed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from config.source_fields import Detail
from scrapers.crawl.item import Item
from scrapers.publication import PublishedOn

if TYPE_CHECKING:
    from config.sources import PagesSource
    from mandates.model import Precision
    from scrapers.crawl.visit import Visit

_PRECISIONS: dict[int, Precision] = {4: "year", 7: "month", 10: "day"}


def detail_of(source: PagesSource) -> Detail:
    """How the pages are read: unless `detail` says otherwise, as documents with the fields of the source."""
    return source.detail or Detail(fields=source.fields)


async def read_list(visit: Visit, source: PagesSource) -> bool:
    """Put the listed pages among the visit's items; whether they have changed shows when they are fetched."""
    for page in source.pages:
        published = None
        if page.date is not None:
            precision = _PRECISIONS[len(page.date)]
            published = PublishedOn(date.fromisoformat((page.date + "-01-01")[:10]), precision, "operator")
        item = Item(
            url=page.url,
            title=page.title,
            symbol=page.symbol,
            published=published,
            stage=page.stage,
            drafts=(page.draft,) if page.draft else (),
            words=page.title or page.url,
        )
        visit.items.append(item)
    return True
