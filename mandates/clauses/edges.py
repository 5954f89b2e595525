"""What shows that a text begins or ends within a document."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mandates.documents.head import leading_act
from mandates.languages.conjugation import WORD
from mandates.languages.words import expression
from mandates.model import DECIDING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mandates.clauses.forms.choice import Parts
    from mandates.languages.lexicon import Lexicon
    from mandates.model import Kind

_CLOSED = re.compile(r"[.:?!][\"”’»')\]\s]*$|[\"”’»]\s*$")
# Headings, signatures and votes are shorter.
LONG_LINE = 60
LEAD_IN = 200
SHOWN_PAGES = 8
# A line may also end in a year or the number of a page.
_FINISHED = re.compile(r"(?:[.:?!)\]\"”’»][\"”’»')\]\s\d]*|\b\d{4})$")
# "3/14" and "Page 3 of 14" on a line of their own, beside a symbol or the number of the print.
_PAGE = expression(
    r"^[ \t]*(?:[^\s/]{1,14}[ \t]+)?(?:[Pp]<<page>>[ \t])?(?P<page>\d{1,3})[ \t]?(?:/|<<page_of>>)[ \t]?(?P<of>\d{1,3})"
    r"(?:[ \t]+\S{1,14})?[ \t]*\r?$"
)


def doubts_of_edges(kind: Kind, source: str, text: str, parts: Parts, lexicon: Lexicon) -> Iterator[str]:
    """What is missing before the first clause, after the last, and of the pages."""
    begins = any(start < parts.clauses[0].start for start, _ in parts.preamble)
    # "adopted the following text: The Conference, …" lacks no more than who adopted it.
    if source.lstrip()[:1].islower() and min(parts.opened, default=LEAD_IN) >= LEAD_IN:
        yield "the text begins within a sentence"
    elif parts.form == "resolution" and not parts.opened and not (kind in DECIDING and begins):
        yield "no line says who decides: the text may begin within a document"
    if ending := _cut(text, parts, lexicon):
        yield ending
    yield from _pages(source)


def _cut(text: str, parts: Parts, lexicon: Lexicon) -> str | None:
    """What shows that the text breaks off.

    Of 578 labelled documents all but one close their last clause with a full stop, a colon or a quotation mark, and
    of 453 none closes it with a colon before more text.
    """
    last, end = parts.clauses[-1], text.rstrip()
    after = end[last.end :].strip()
    if not _CLOSED.search(text, last.start, last.end):
        return "the last clause is not closed: the text may break off"
    if end[: last.end].endswith(":"):
        return "what the last clause announces could not be read: the text may break off"
    begun = max((start for start, _ in parts.preamble), default=0)
    # A page may end with the beginning of another document, whose organ is named there.
    if begun > last.end and not _FINISHED.search(end) and not any(place > last.end for place in parts.opened):
        return "the text ends with a preamble: what it leads to is missing"
    line = after[after.rfind("\n") + 1 :]
    words = WORD.findall(line)
    is_short = len(line) <= LONG_LINE
    if leading_act(line) or line.count("(") > line.count(")"):
        return f"nothing follows the last line, “{line[-LONG_LINE:]}”: the text may break off"
    if (not is_short and not _FINISHED.search(line)) or (
        words and line[-1:].isalpha() and words[-1].lower() in lexicon.grammar | lexicon.joining | lexicon.possessives
    ):
        return "the last line is not closed: the text may break off"
    return None


def _pages(source: str) -> Iterator[str]:
    """The pages that are missing of those that the text counts: "3/14"; the first has often no number."""
    counted: dict[int, set[int]] = {}
    for found in _PAGE.finditer(source):
        page, pages = int(found["page"]), int(found["of"])
        if 0 < page <= pages > 1:
            counted.setdefault(pages, set()).add(page)
    for pages, known in counted.items():
        if missing := sorted(set(range(2, pages + 1)) - known):
            more = " …" if len(missing) > SHOWN_PAGES else ""
            yield f"of {pages} pages these are missing: {', '.join(map(str, missing[:SHOWN_PAGES]))}{more}"
            return
