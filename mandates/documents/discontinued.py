"""Clauses that end what an earlier text asked for: "Decides to discontinue the reports requested in resolution …"."""

from __future__ import annotations

from dataclasses import dataclass

from mandates.documents.citations import find_citations
from mandates.documents.report_opening import paragraphs_beside
from mandates.languages.words import expression

# Between the words that end something and the text that asked for it.
_REACH = 260
_LEAD = r"\A\W*(?:\d{1,3}\W+)?(?:[\w’'-]+,?\s+)?<<discontinuing>>"


@dataclass(frozen=True, slots=True)
class Discontinued:
    """An earlier text of which a clause ends something; `paragraphs` are the numbers that it names, bare."""

    symbol: str
    paragraphs: tuple[str, ...]
    is_of_reports: bool


def discontinued(clause: str, body: str | None) -> tuple[Discontinued, ...]:
    """What a clause of a text of `body` ends; nothing where its verb does not say so, or no earlier text is named.

    Of several texts that it names, only those with a paragraph: the others may be recalled.
    """
    said = " ".join(clause.split())
    lead = expression(_LEAD).match(said)
    if lead is None:
        return ()
    found = []
    for citation in find_citations(said, body):
        if 0 <= citation.start - lead.end() <= _REACH or citation.start < lead.end():
            paragraphs = paragraphs_beside(said, citation.start, citation.end)
            is_of_reports = expression(r"\b<<asked_report>>\b").search(said[: citation.start]) is not None
            found.append(Discontinued(citation.symbol, paragraphs, is_of_reports))
    return tuple(each for each in found if each.paragraphs) or tuple(found[:1] if len(found) == 1 else ())
