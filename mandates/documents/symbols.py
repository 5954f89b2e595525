"""The grammar of official document symbols: find, read and normalise them.

Sources: the United Nations Editorial Manual and the Dag Hammarskjöld Library's guide to symbols (A/, E/, S/, A/HRC/,
treaty bodies),
the printed symbols of AALCO, IPU, IOM and ILO, the decisions of conferences of parties (10/CP.24), and CELEX numbers
of the European Union.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from mandates.deadlines.numerals import roman

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mandates.model import Kind, Stage

_suffix = r"(?:/(?:Rev|Add|Corr|Amend|Summary)\.?\s?\d*|/(?:PV|SR)\.\d+)"
_part = r"[A-Z0-9][A-Za-z0-9.\-–‑]*(?:\((?:[IVXLC]+|\d{4}|INI|RSP|[A-Z]\))\)?\d*)?"
_tail = r"(?:\s?\((?:\d{4}|[IVXLC]+|Part\s[IVX]+|Vol\.\s?[IVX]+|SUPP)\))?"
_aalco = r"AALCO/\d{1,3}/[A-Z .]+(?:\([A-Z .]+\))?\s?/\s?\d{4}\s?/\s?(?:SD\s?/\s?)?(?:ORG|SD|SP|S)\s?\d{1,3}[A-Z]?"
_aalco_res = r"(?:AALCO\s?/\s?)?RES/\d{1,3}/(?:ORG|SP|SD|S)\s?\d{1,3}\s?[A-Z]?\b"
_cop = r"\d{1,3}/(?:CP|CMP|CMA)\.\d{1,2}\b"
_ipu = r"(?:C-[IVX]+|CL)/\d{3}/[A-Z0-9](?:[A-Za-z0-9.\-/()]*[A-Za-z0-9)])?"
_ilo = r"(?:GB\.\d{3}(?:/[A-Z0-9]+)+|ILC\.\d{2,3}/(?:Resolution\s[IVXLC]+|[A-Z0-9]+(?:/[A-Z0-9]+)*))"
_celex = r"(?:CELEX:?\s?)?[1-9C]\d{4}[A-Z]{1,2}\d{4}\b"
_oas = r"(?:AG|CP)/RES\.\s?\d+\s?\([IVXLC]+-[OE]/\d+\)"
_who = r"(?:WHA|EB)\d{2,3}(?:\.\d+|\(\d+\)|/\d+)"
_au = r"(?:Assembly|EX\.CL)/(?:AU/)?(?:Dec|Decl|Res)\.?\s?/?\d+\s?\([IVXLC]+\)"
_slash = rf"[A-Z]{{1,8}}(?:\.\d{{1,4}})?(?:/{_part})+(?:-[A-Z]{{1,8}}(?:/{_part})+)*{_tail}"

pattern = re.compile(
    rf"(?<![\w/.\-])(?:{_aalco}|{_aalco_res}|{_ipu}|{_ilo}|{_au}|{_oas}|{_slash}|{_cop}|{_celex}|{_who})(?:{_suffix})*",
)
"""A symbol in running text; a trailing full stop may be caught and is dropped by `parse`."""
# Where one may begin. It starts with a set of characters and looks only a few further: several times faster than trying
# the whole grammar at each word.
_may_begin = re.compile(
    r"[A-Z\d](?<![\w/.\-].)(?=[\w.:\-‑–]{0,24}(?:\([A-Z .]{1,12}\))?\s?/|(?:HA|B)\d{2}|ELEX|\d{4}[A-Z])"
)

_prefixes: tuple[tuple[str, str | None], ...] = (
    (r"A/HRC/", "HRC"),
    (r"A/C\.([1-6])/", "UNGA-C"),
    (r"A/", "UNGA"),
    (r"S/", "UNSC"),
    (r"E/CN\.4/", "CHR"),
    (r"E/", "ECOSOC"),
    (r"AALCO/", "AALCO"),
    (r"C-[IVX]+/\d", "IPU"),
    (r"C/\d{2,3}/", "IOM"),
    (r"(?:GB|ILC)\.", "ILO"),
    (r"FCCC/|\d+/(?:CP|CMP|CMA)\.", "UNFCCC"),
    (r"CELEX:", "EU"),
    (r"(?:WHA|EB)\d", "WHO"),
    (r"(?:Assembly|EX\.CL)/", "AU"),
    (r"(?:AG|CP)/RES\.", "OAS"),
)
_bodies = tuple((re.compile(prefix), body) for prefix, body in _prefixes)
_session = re.compile(
    r"(?:^A/(?:RES|DEC|HRC|HRC/RES|HRC/DEC|C\.[1-6])?/?|^AALCO/(?:RES/)?|^C-[IVX]+/|^C/|^GB\.|^ILC\.|^WHA|\.)(\d{1,3})(?=[/.]|$)",
)
_suffixes = re.compile(rf"{_suffix}$")
_ordinary = re.compile(r"[A-Z][A-Z/]*/[A-Z]+$")


@dataclass(frozen=True, slots=True)
class Symbol:
    """A document symbol, normalised.

    `base` is without Rev, Add and Corr; `suffixes` are those, in order ("Rev.1"). `key` is for comparing: no spaces,
    upper case.
    `session` is the ordinal that the symbol itself holds; resolutions of the Security Council and ECOSOC hold a year
    instead.
    """

    text: str
    base: str
    suffixes: tuple[str, ...]
    body: str | None
    kind: Kind
    stage: Stage | None
    session: int | None

    @property
    def key(self) -> str:
        """For comparing two spellings of one symbol."""
        return self.text.replace(" ", "").upper()


def find(text: str) -> Iterator[re.Match[str]]:
    """The symbols in running text, in order, as written."""
    end = 0
    for candidate in _may_begin.finditer(text):
        if candidate.start() >= end and (found := pattern.match(text, candidate.start())):
            end = found.end()
            yield found


@lru_cache(maxsize=8192)
def parse(text: str) -> Symbol | None:
    """Read `text` as one symbol; None where it is none (a date 2/3, "and/or", an abbreviation with a slash)."""
    words = _spaced(text)
    if found := re.fullmatch(r"(A/(?:HRC/)?RES/\d+/\d+) ([A-Z])", words):  # lettered resolutions: A/RES/78/80 A
        plain = parse(found[1])
        return replace(plain, text=words, base=words) if plain else None
    if not pattern.fullmatch(words) or not any(c.isdigit() for c in words) or _ordinary.fullmatch(words):
        return None
    words = _normal(words)
    base = words
    suffixes: list[str] = []
    while found := _suffixes.search(base):
        suffixes.insert(0, found[0][1:])
        base = base[: found.start()]
    body = _body(base)
    if body is None and base.count("/") < 2 and not base.startswith("ST/"):  # noqa: PLR2004 - unknown series need three parts
        return None
    return Symbol(words, base, tuple(suffixes), body, _kind(base), _stage(base), _session_of(base, body))


def normalise(text: str) -> str | None:
    """The normalised form of one symbol; None where `text` is none."""
    symbol = parse(text)
    return symbol.text if symbol else None


def _spaced(text: str) -> str:
    words = re.sub(r"[\s ]+", " ", text.replace("‑", "-").replace("–", "-")).strip().strip(".,;:*")
    return re.sub(r"\s?/\s?", "/", words)


def _normal(words: str) -> str:
    words = re.sub(r"/(Rev|Add|Corr|Amend)\.?\s?(?=\d)", r"/\1.", words)
    if found := re.fullmatch(r"(?:AALCO/)?RES/(\d+)/([A-Z]+)\s?(\d+)\s?([A-Z]?)", words):
        return f"AALCO/RES/{found[1]}/{found[2]} {found[3]}{found[4]}"
    if words.startswith("AALCO/"):
        return re.sub(r"/(ORG|SD|SP|S)\s?(\d+[A-Z]?)$", r"/\1 \2", re.sub(r"\s?\(", " (", words))
    if words.startswith("S/RES/"):
        return re.sub(r"\s?\(", " (", words)
    if found := re.fullmatch(r"(?:CELEX:?\s?)?([1-9C]\d{4}[A-Z]{1,2}\d{4})", words):
        return f"CELEX:{found[1]}"
    if words.startswith(("AG/RES", "CP/RES")):
        return re.sub(r"RES\.\s?(\d+)\s?\(", r"RES. \1 (", words)
    return re.sub(r"\s+\((?=\d{4}\)|[IVXLC]+\))", "(", words)


def _body(base: str) -> str | None:
    for prefix, body in _bodies:
        if found := prefix.match(base):
            return f"{body}{found[1]}" if prefix.groups else body
    return None


# The acts of the European Union by the letter after the year, in legislation (3) and preparatory acts (5).
_celex_kinds: dict[str, Kind] = {
    "3D": "decision",
    "3G": "resolution",
    "3C": "statement",
    "5IP": "resolution",
    "5DC": "report",
    "5SC": "report",
}


def _kind(base: str) -> Kind:
    if found := re.match(r"CELEX:([35])\d{4}([A-Z]{1,2})", base):
        return _celex_kinds.get(found[1] + found[2], "other")
    if re.search(r"(?:^|/)RES(?:[/.]|$)|^WHA|/DR\b|/L\.\d|/Res\.|^ILC\.\d+/Resolution", base):
        return "resolution"
    if re.search(r"(?:^|/)DEC(?:/|$)|/(?:CP|CMP|CMA)\.\d|/Dec", base):
        return "decision"
    return "other"


def _stage(base: str) -> Stage | None:
    if re.search(r"/DR-?pre", base, re.IGNORECASE):
        return "preliminary_draft"
    if re.search(r"/(?:L|CRP|WP)\.\d|/DR\b", base):
        return "draft"
    if re.search(r"(?:^|/)(?:RES|DEC)[/.]|/(?:CP|CMP|CMA)\.\d|^WHA\d|/Decl?\.", base):
        return "adopted"
    return None


def _session_of(base: str, body: str | None) -> int | None:
    if body in {"UNSC", "ECOSOC", "CHR", "EU", None}:
        return None
    if found := re.search(r"\(([IVXLC]+)\)$", base):
        return roman(found[1])
    found = _session.search(base)
    return int(found[1]) if found else None
