"""Whether what a file holds concerns us; of several documents in one file each is judged by its own words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from scrapers.crawl import relevance
from scrapers.publication import DroppedRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from config.notes import Note
    from config.source_fields import Filter
    from scrapers.publication import Publication


def judged(
    publication: Publication,
    rule: Filter,
    *,
    summary: str | None,
    topics: Sequence[str],
    analyse: Callable[[Publication], Publication] | None,
) -> tuple[Publication | None, str]:
    """The publication with its analysis and the reason why it concerns us; or None, and why it does not.

    Of a file with several documents, the first that concerns us, and why others do not. Where a topic is asked for and
    the title does not name it, the text is analysed first: what its clauses ask for counts more than a mention.
    """
    text = publication.text.text if publication.text is not None else None
    shown = None if rule.topics else text
    reason = relevance.concerns(rule, title=publication.title, summary=summary, topics=topics, text=shown)
    if reason is None and not (rule.topics and text and relevance.needs_text(rule)):
        return None, relevance.why_not(rule)
    publication = replace(publication, relevance=reason)
    if analyse is not None:
        publication = analyse(publication)
    if publication.others:
        publication = _judged_apart(publication, rule, summary=summary, topics=topics)
    elif reason is None:
        publication = replace(publication, relevance=_by_its_text(publication, rule, summary, topics))
    return publication if publication.relevance is not None else None, relevance.why_not(rule)


def _by_its_text(publication: Publication, rule: Filter, summary: str | None, topics: Sequence[str]) -> Note | None:
    found = publication.analysis.clauses if publication.analysis is not None else ()
    text = publication.text.text if publication.text is not None else None
    return relevance.concerns(
        rule,
        title=publication.title,
        summary=summary,
        topics=topics,
        text=text,
        clauses=[clause.quote for clause in found if clause.is_mandate],
    )


def _judged_apart(publication: Publication, rule: Filter, *, summary: str | None, topics: Sequence[str]) -> Publication:
    """The documents of a file, each with the reason why it concerns us; the first that does represents the file.

    Where only the row of the file gives a reason, all of them concern us.
    """
    documents = [
        replace(
            each,
            others=(),
            relevance=_by_its_text(each, rule, summary, topics),
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
