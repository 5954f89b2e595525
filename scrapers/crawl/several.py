"""Several documents in one file: each is judged by its own words, and each is recorded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from scrapers.crawl import relevance
from scrapers.publication import DroppedRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from config.source_fields import Filter
    from scrapers.publication import Publication


def judged_apart(publication: Publication, rule: Filter, *, summary: str | None, topics: Sequence[str]) -> Publication:
    """The documents of a file, each with the reason why it concerns us; the first that does represents the file.

    Where only the row of the file gives a reason, all of them concern us.
    """
    documents = [
        replace(
            each,
            others=(),
            relevance=relevance.concerns(
                rule, title=each.title, summary=summary, topics=topics, text=each.text.text if each.text else None
            ),
        )
        for each in (publication, *publication.others)
    ]
    first = next((each for each in documents if each.relevance is not None), None)
    if first is None:
        return publication
    return replace(first, others=tuple(each for each in documents if each is not first))


def refused(publication: Publication, reason: str) -> Iterator[DroppedRow]:
    """The documents of a file that do not concern us, as rows that were left out."""
    return (DroppedRow(each.url, each.title, reason, "filtered") for each in publication.others if not each.relevance)
