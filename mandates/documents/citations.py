"""Citations: every document that a text names, by symbol or in words ("resolution 56/170 of 19 December 2001").

Words are turned into the symbol of the body that is named beside them, or, where none is, of the body whose numbers
look so: 1325 (2000) is the Security Council's, 2010/12 the Economic and Social Council's, 302 (IV) and 56/170 the
General Assembly's.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from mandates.deadlines.dates import date_words
from mandates.documents import symbols
from mandates.model import Citation

if TYPE_CHECKING:
    from collections.abc import Iterator

_number = r"(?:(?:ES-|S-)?\d{1,4}/\d{1,4}(?:\s[A-H](?:\s(?:and|et|y)\s[A-H])?(?![\w-]))?|\d{1,4}\s?[A-H]?\s?\((?:(?:19|20)\d\d|[IVXLC]+(?:-[IVXLC]+)?)\)|PRST/\d{4}/\d+)"  # noqa: E501 - read as a whole
_of_date = rf"(?:,?\s+(?:of|du|de)\s+{date_words})?"
_between = r"(?:,\s*(?:and|et|y)?|\s+(?:and|et|y|e|to|à|a|or|ou)|;)\s+"
_list = re.compile(
    # It begins with a set of letters, not with a boundary, so that the engine jumps from one to the next.
    r"(?P<word>[RrDd](?<!\w.)(?i:esolutions?|ecisions?|ésolutions?|écisions?|esolución|esoluciones|ecisión|ecisiones))\s+"
    rf"(?P<items>(?i:{_number}{_of_date}(?:{_between}(?:in\s+)?{_number}{_of_date})*))",
)
_item = re.compile(rf"(?P<number>{_number}){_of_date}", re.IGNORECASE)
_joint = re.compile(r"\s+(?:to|à|a)\s+")
_organs: tuple[tuple[str, str], ...] = (
    (r"human rights council|conseil des droits de l.homme|consejo de derechos humanos", "HRC"),
    (r"commission on human rights|commission des droits de l.homme|comisión de derechos humanos", "CHR"),
    (r"security council|conseil de sécurité|consejo de seguridad", "UNSC"),
    (r"economic and social council|conseil économique et social|consejo económico y social", "ECOSOC"),
    (r"general assembly|assemblée générale|asamblea general", "UNGA"),
)
_organ = re.compile("|".join(f"({words})" for words, _ in _organs), re.IGNORECASE)
# "recalling its resolution", not "the Assembly, in its resolution".
_its_own = re.compile(
    r"(?:recall\w*|reaffirm\w*|reiterat\w*|of|and|also|,|rappelant|réaffirmant|recordando|reafirmando)\s+(?:all\s+)?(?:its|sa|ses|su|sus)\s+(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)
_of_organ = re.compile(r",?\s+(?:of\s+the|de\s+la|del|du|de\s+l['’])\s*", re.IGNORECASE)
_european = re.compile(
    r"(?P<kind>[RD](?<!\w.)(?:egulation|irective|ecision|èglement|écision|eglamento|irectiva|ecisión))\s+"
    r"(?:\((?:EU|EC|EEC|UE|CE|CEE)\)\s+)?(?:(?:No\.?|n[o°º]\.?)\s+(?P<old>\d{1,4}/(?:19|20)\d\d)|(?P<new>(?:19|20)\d\d/\d{1,4}))"
    r"(?:/(?:EU|EC|EEC|JHA|UE|CE|JAI|JAI))?\b",
)
_european_letters = {"r": "R", "d": "L"}
_united_nations = frozenset(
    {"UNGA", "UNSC", "HRC", "ECOSOC", "CHR", None, *(f"UNGA-C{number}" for number in range(1, 7))}
)
_longest_range = 30


def find_citations(text: str, body: str | None = None) -> tuple[Citation, ...]:
    """All citations in `text`, in order.

    `body` is the document's own, for "its resolution 17/22" of the Human Rights Council.
    """
    found = [*_by_symbol(text), *_in_words(text, body), *_of_the_union(text)]
    found.sort(key=lambda citation: (citation.start, -citation.end, citation.symbol))
    kept: list[Citation] = []
    for citation in found:
        same_span = kept and (kept[-1].start, kept[-1].end) == (citation.start, citation.end)
        if not kept or citation.start >= kept[-1].end or (same_span and kept[-1].symbol != citation.symbol):
            kept.append(citation)
    return tuple(kept)


def _by_symbol(text: str) -> Iterator[Citation]:
    for match in symbols.find(text):
        quote = match[0].rstrip(".,;:")
        if symbol := symbols.normalise(quote):
            yield Citation(match.start(), match.start() + len(quote), quote, symbol)


def _in_words(text: str, body: str | None) -> Iterator[Citation]:
    for match in _list.finditer(text):
        organ = (
            _organ_after(text, match.end())
            or (body if _its_own.search(text, max(0, match.start() - 40), match.start()) else None)
            or _organ_before(text, match.start())
            or _own(text, match.start(), body)
        )
        is_decision = match["word"][0] in "dD"
        base = match.start("items")
        items = list(_item.finditer(match["items"]))
        lone = len(items) == 1
        for item, after in zip(items, [*items[1:], None], strict=True):
            start, end = match.start() if lone else base + item.start(), base + item.end()
            numbers = [item["number"]]
            if after and _joint.fullmatch(text, end, base + after.start()):
                end = base + after.end()
                numbers = _members(item["number"], after["number"])
            for number in numbers:
                if organ is None and body not in _united_nations and re.search(r"\(\d{4}\)", number):
                    continue  # "Resolution 2502 (2023)" is the Security Council's only among the United Nations
                if symbol := resolution_symbol(number, organ, is_decision=is_decision):
                    yield Citation(start, end, text[start:end], symbol)


def _members(first: str, last: str) -> list[str]:
    """The numbers of "60/1 to 60/5", both ends included."""
    (session, _, low), (other, _, high) = first.partition("/"), last.partition("/")
    is_range = session == other and low.isdigit() and high.isdigit() and 0 < int(high) - int(low) <= _longest_range
    return [f"{session}/{number}" for number in range(int(low), int(high) + 1)] if is_range else [first, last]


def _of_the_union(text: str) -> Iterator[Citation]:
    for match in _european.finditer(text):
        letter = _european_letters.get(match["kind"][0].lower(), "R")
        if match["kind"].lower().startswith(("dec", "déc")):
            letter = "D"
        if match["old"]:
            number, _, year = match["old"].partition("/")
        else:
            year, _, number = match["new"].partition("/")
        if match["old"] or "U" in match[0].upper().split("DECISION")[-1] or letter != "D":
            yield Citation(match.start(), match.end(), match[0], f"CELEX:3{year}{letter}{int(number):04d}")


def _organ_before(text: str, start: int) -> str | None:
    """The body named last within the few words before "resolution"."""
    named = None
    for match in _organ.finditer(text, max(0, start - 70), start):
        # "the Assembly, in its resolution": a clause break ends the reach of the name, save for "in its".
        if "." not in text[match.end() : start]:
            named = _organs[(match.lastindex or 1) - 1][1]
    return named


def _organ_after(text: str, end: int) -> str | None:
    """The body named right after the number: "resolución 79/12 de la Asamblea General"."""
    named = _of_organ.match(text, end)
    found = _organ.match(text, named.end()) if named else None
    return _organs[(found.lastindex or 1) - 1][1] if found else None


def _own(text: str, start: int, body: str | None) -> str | None:
    before = text[max(0, start - 30) : start]
    return (
        body
        if re.search(r"\b(?:its|sa|ses|su|sus|Council|Conseil|Consejo)\b[^.;]*$", before) or body == "UNSC"
        else None
    )


@lru_cache(maxsize=4096)
def resolution_symbol(  # noqa: PLR0911 - one return a way of numbering
    number: str, organ: str | None, *, is_decision: bool = False
) -> str | None:
    """The symbol for a resolution's bare number ("56/170", "1325 (2000)", "302 (IV)", "2010/12") of `organ`."""
    number = re.sub(r"\s+", " ", number)
    word = "DEC" if is_decision else "RES"
    if found := re.fullmatch(r"(\d+) ?([A-H]?) ?\(((?:19|20)\d\d)\)", number):
        if organ not in _united_nations:
            return None
        return f"S/{word}/{found[1]} ({found[3]})"
    if found := re.fullmatch(r"(\d+) ?([A-H]?) ?\(([IVXLC-]+)\)", number):
        return f"{'E' if organ == 'ECOSOC' else 'A'}/{word}/{found[1]}{found[2]}({found[3]})"
    if re.match(r"(?:19|20)\d\d/", number):
        return f"E/CN.4/{word}/{number}" if organ == "CHR" else f"E/{word}/{number}"
    if re.match(r"S-\d+/", number) and organ == "HRC":
        return f"A/HRC/{word}/{number}"
    if re.match(r"(?:ES-|S-)?\d{1,2}/\d+", number):
        return f"A/HRC/{word}/{number}" if organ == "HRC" else f"A/{word}/{number}"
    return None
