"""Citations: every document that a text names, by symbol or in words ("resolution 56/170 of 19 December 2001").

Words are turned into the symbol of the body that is named beside them; where none is, of the text's own body, if that
numbers so; else of the body whose numbers look so (`acts`). What names an act that no rule understands is reported.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from mandates.deadlines.dates import date_words
from mandates.documents import symbols
from mandates.documents.acts import act_symbol, is_numbered
from mandates.documents.bodies import is_united_nations, named, of_name
from mandates.languages.words import expression
from mandates.model import Citation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mandates.languages.scanning import Scanner

_ROMAN = r"(?:E?S-)?[IVXLC]+(?:-[IVXLC]+)?"
_SERIAL = r"(?:ES-|S-)?\d{1,4}/\s?\d{1,4}"
_NUMBER = (
    rf"(?:{_SERIAL}(?:\s(?-i:[A-H])(?:\s<<and>>\s(?-i:[A-H]))?(?![\w-]))?"
    rf"|\d{{1,4}}\s?(?-i:[A-H])?\s?\((?:(?:19|20)\d\d|{_ROMAN})\)|PRST/\d{{4}}/\d+|\d{{3,4}}(?!\w|[.,-]\w|\s?[(/]))"
)
_DATE = rf"(?:,?\s+<<dated>>\s+{date_words}|,?\s+<<date_of>>\s+{date_words})?"
# A number of a footnote: "of 6 April 20171, 73/326", "79/1 [12]"; more often it follows the comma (`_BETWEEN`).
_NOTE = r"(?:[¹²³⁴-⁹]{1,3}|\s?\[\d{1,3}\]|(?<=\d\d\d\d)\d{1,2}(?=,\s))?"
# What of it is meant: "46/182, annex, sect. I, and 70/1"; "79/3, paras. 4 and 5, and 80/1"; "73/326 (annex)".
_PLACE = r"(?:(?-i:[IVXLC]+|[A-Z])\b|\d{1,3}\b(?!\s?/))"
_WITHIN = (
    rf"(?:(?:,|\s+<<and>>)\s+<<within>>(?:\s+{_PLACE}(?:\s?(?:,|[–—-]|<<and>>\b|<<up_to>>\b)\s?{_PLACE})*)?)*"
    r"(?:\s\((?!\d|[IVXLC]+\))[^()]{1,120}\))?"
)
# "5/1, on institution-building of the Council, and 5/2": words up to the next number, within a sentence and a list.
_WORDS = r"(?:[^\s.;:/\d]|\d(?!\d{0,3}\s?/)|\s(?!(?:<<resolutions>>|<<decisions>>)\b))"
_ABOUT = (
    rf"(?:,?\s+(?:[–—-]\s+)?(?:on|entitled|<<on_matter>>)\s(?:[“«\"][^”»\"\n]{{1,200}}[”»\"]|{_WORDS}{{1,160}}?)"
    rf"(?=,?\s+(?:[–—-]\s+)?<<and>>\s+{_SERIAL}|,\s+{_SERIAL}|,?\s+(?:[–—-]\s+)?<<and>>\s+\d{{1,4}}\s?\())?"
)
_TAIL = f"{_NOTE}{_WITHIN}{_ABOUT}"
_BETWEEN = (
    r"(?:,(?:\d{1,3}(?=\s)|[¹²³⁴-⁹]{1,3}|\[\d{1,3}\])?(?:\s*<<and>>)?|\s+(?:[–—-]\s+)?<<and>>|\s+<<up_to>>|\s?[–—-]|;)"
    r"\s*(?<=[\s,;–—-])"
)
_LIST = (
    # It begins with a set of letters, not with a boundary, so that the engine jumps from one to the next.
    r"(?P<word>(?-i:[RrDd])(?<!\w.)(?<=(?=(?:<<resolutions>>|<<decisions>>)\b).)\w+)\s+(?P<marked>(?:Nos?\.?|n[o°º]s?\.?)\s*)?"
    rf"(?P<items>{_NUMBER}{_DATE}{_TAIL}(?:{_BETWEEN}(?:in\s+)?{_NUMBER}{_DATE}{_TAIL})*)"
)
_ITEM = rf"(?P<said>(?P<number>{_NUMBER}){_DATE}){_TAIL}"
_NEXT = rf"{_BETWEEN}(?:in\s+)?"
_JOINT = r"\s+<<up_to>>\s+|\s?[–—-]\s?"
# "recalling its resolution", not "the Assembly, in its resolution".
_ITS_OWN = r"(?:<<recalling>>|[,;])\s+(?:all\s+)?<<its>>\s+(?:\w+\s+){0,2}\Z"
_OF_ORGAN = r",?\s+<<of_the>>\s*"
# "Commission on the Status of Women resolution 60/2", "of the Preparatory Committee": no body that is listed.
_OTHER_BEFORE = (
    r"\b(?P<noun><<other_organ>>)(?P<name>(?:\s(?:of|on|for|the|and|to|in)\b|\s(?-i:[A-Z])[\w-]*){0,10})\s\Z"
)
_OTHER_AFTER = r",?\s+<<of_the>>\s*(?:(?-i:[A-Z])[\w-]*\s){0,3}<<other_organ>>\b"
_NOT_LISTED = "?"
_OWN_ORGAN = r"\b(?:<<its>>|<<council>>)\b[^.;]*\Z"
_UNION = (
    r"(?P<kind>(?-i:[RrDd])(?<!\w.)(?<=(?=(?:<<regulation>>|<<directive>>|<<decision>>)\b).)\w+)\s+"
    r"(?P<mark>\(<<union>>\)\s+)?(?:(?:No\.?|n[o°º]\.?)\s+(?P<old>\d{1,4}/(?:19|20)\d\d)|(?P<new>(?:19|20)\d\d/\d{1,4}))"
    r"(?P<end>/(?:<<union>>|JHA|JAI))?\b"
)
_LONGEST_RANGE = 30
_NOT_FAR = 400


@dataclass(frozen=True, slots=True)
class Cited:
    """What a text names: the citations, in order, and the words that name an act which no rule understands."""

    citations: tuple[Citation, ...]
    unread: tuple[str, ...]


def find_citations(text: str, body: str | None = None, session: int | None = None) -> tuple[Citation, ...]:
    """All citations in `text`, in order; see `read_citations`."""
    return read_citations(text, body, session).citations


def read_citations(text: str, body: str | None = None, session: int | None = None) -> Cited:
    """All that `text` names.

    `body` is the document's own, for "its resolution 17/22" of the Human Rights Council, `session` the ordinal of its
    session: a number of a later one is not its own.
    """
    unread: list[str] = []
    found = [*_by_symbol(text), *_in_words(text, body, session, unread), *_of_the_union(text)]
    found.sort(key=lambda citation: (citation.start, -citation.end, citation.symbol))
    kept: list[Citation] = []
    for citation in found:
        same_span = kept and (kept[-1].start, kept[-1].end) == (citation.start, citation.end)
        if not kept or citation.start >= kept[-1].end or (same_span and kept[-1].symbol != citation.symbol):
            kept.append(citation)
    return Cited(tuple(kept), tuple(dict.fromkeys(unread)))


def union_symbol(words: str) -> str | None:
    """The CELEX number of the act of the European Union that `words` begin with ("DECISION (EU) 2026/1123")."""
    found = expression(_UNION).match(words)
    return _celex(found) if found and _is_of_the_union(found) else None


def _by_symbol(text: str) -> Iterator[Citation]:
    for match in symbols.find(text):
        quote = match[0].rstrip(".,;:")
        if symbol := symbols.normalise(quote):
            yield Citation(match.start(), match.start() + len(quote), quote, symbol)


def _in_words(text: str, body: str | None, session: int | None, unread: list[str]) -> Iterator[Citation]:
    years: Mapping[str, str] | None = None
    for match in expression(_LIST).finditer(text):
        organ, is_named = _organ(text, match, body)
        is_decision = match["word"][0] in "dD"
        base = match.start("items")
        items = list(_items(match["items"]))
        for item, after in zip(items, [*items[1:], None], strict=True):
            start, end = match.start() if len(items) == 1 else base + item.start(), base + item.end("said")
            numbers = [item["number"]]
            if after and expression(_JOINT).fullmatch(text, end, base + after.start()):
                end = base + after.end("said")
                numbers = _members(item["number"], after["number"])
            for number in numbers:
                if number.isdigit() and not match["marked"] and not is_numbered(organ, "bare"):
                    continue  # "decision 2024", "resolution 300"
                if number.isdigit():
                    years = years if years is not None else dict(re.findall(r"\b(\d{3,4}) \(((?:19|20)\d\d)\)", text))
                    number = f"{number} ({years[number]})" if number in years else number  # noqa: PLW2901
                owner = organ if is_named or not _is_later(number, session) else None
                if owner is None and not is_united_nations(body) and re.search(r"\(\d{4}\)", number):
                    symbol = None  # "Resolution 2502 (2023)" is the Security Council's only among the United Nations
                else:
                    symbol = act_symbol(number, owner, is_decision=is_decision)
                if symbol:
                    yield Citation(start, end, text[start:end], symbol)
                else:
                    unread.append(re.sub(r"\s+", " ", f"{match['word']} {number}"))


def _items(listed: str) -> Iterator[re.Match[str]]:
    """The numbers of a list, one after the other; those inside the descriptions between them do not count."""
    place = 0
    while found := expression(_ITEM).match(listed, place):
        yield found
        between = expression(_NEXT).match(listed, found.end())
        if between is None:
            return
        place = between.end()


def _organ(text: str, match: re.Match[str], body: str | None) -> tuple[str | None, bool]:
    """The body whose list of numbers this is, and whether it is named beside it."""
    if organ := _organ_after(text, match.end()):
        return organ, True
    own = is_numbered(body, "session") and body != "UNGA"
    if expression(_ITS_OWN).search(text[max(0, match.start() - 40) : match.start()]):
        return body, False
    if organ := _organ_before(text, match.start(), beside=own):
        return organ, True
    if expression(_OTHER_AFTER).match(text, match.end()):
        return _NOT_LISTED, True
    if other := expression(_OTHER_BEFORE).search(text[max(0, match.start() - 90) : match.start()]):
        return (None if other["name"] else _named_before(text, match.start(), other["noun"])) or _NOT_LISTED, True
    before = text[max(0, match.start() - 30) : match.start()]
    is_own = own or body == "UNSC" or expression(_OWN_ORGAN).search(before)
    return (body if is_own else None), False


def _organ_before(text: str, start: int, *, beside: bool) -> str | None:
    """The body named last within the few words before "resolution".

    With `beside`, no number may come between: in a text of the Council, "Assembly resolution 60/251 and resolution 5/1"
    names one of each.
    """
    organ = None
    for found in named().finditer(text, max(0, start - 70), start):
        # "the Assembly, in its resolution": a clause break ends the reach of the name, save for "in its".
        if not re.search(r"[.\d]" if beside else r"\.", text[found.end() : start]):
            organ = of_name(found).id
    return organ


def _named_before(text: str, start: int, noun: str) -> str | None:
    """The body that "Commission resolution 1998/72" means: the last whose whole name, not far before, begins so."""
    found = named().finditer(text, max(0, start - _NOT_FAR), start)
    return next(
        (of_name(each).id for each in reversed(list(found)) if each[0].casefold().startswith(noun.casefold())), None
    )


def _organ_after(text: str, end: int) -> str | None:
    """The body named right after the number: "resolución 79/12 de la Asamblea General"."""
    of = expression(_OF_ORGAN).match(text, end)
    found = named().match(text, of.end()) if of else None
    return of_name(found).id if found else None


def _is_later(number: str, session: int | None) -> bool:
    found = re.match(r"(\d{1,3})/", number)
    return session is not None and found is not None and int(found[1]) > session


def _members(first: str, last: str) -> list[str]:
    """The numbers of "60/1 to 60/5", both ends included."""
    (session, _, low), (other, _, high) = first.partition("/"), last.partition("/")
    is_range = session == other and low.isdigit() and high.isdigit() and 0 < int(high) - int(low) <= _LONGEST_RANGE
    return [f"{session}/{number}" for number in range(int(low), int(high) + 1)] if is_range else [first, last]


def _of_the_union(text: str) -> Iterator[Citation]:
    for match in filter(_is_of_the_union, expression(_UNION).finditer(text)):
        yield Citation(match.start(), match.end(), match[0], _celex(match))


def _is_of_the_union(found: re.Match[str]) -> bool:
    """Whether a number as others have it too ("decision 2010/12") is marked as the Union's."""
    return bool(found["old"] or found["mark"] or found["end"]) or not _letters()[1][0].match(found["kind"])


@cache
def _letters() -> tuple[tuple[Scanner, str], ...]:
    return tuple((expression(f"^{name}$"), letter) for name, letter in (("<<directive>>", "L"), ("<<decision>>", "D")))


def _celex(found: re.Match[str]) -> str:
    letter = next((letter for kind, letter in _letters() if kind.match(found["kind"])), "R")
    number, year = found["old"].split("/") if found["old"] else reversed(found["new"].split("/"))
    return f"CELEX:3{year}{letter}{int(number):04d}"
