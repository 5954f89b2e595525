"""The grammar of official document symbols: find, read and normalise them.

Most symbols are parts between slashes (A/C.3/81/L.60/Rev.1); the United Nations Editorial Manual and the Dag
Hammarskjöld Library's guide describe them. What is written otherwise, and whose symbol begins how, `bodies.yaml` lists.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from mandates.deadlines.numerals import roman
from mandates.documents.acts import act_symbol
from mandates.documents.bodies import bodies, body

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mandates.documents.bodies import Form
    from mandates.model import Kind, Stage

# Narrow columns break a symbol after a slash; what follows must then look like a part, not like the next sentence.
_SLASH = (
    r"(?:/|\s?/[^\S\n]{0,8}\n?[^\S\n]{0,8}"
    r"(?=\d|(?:RES|DEC|HRC)\b|[A-Z]{1,3}\.\s?\d|[A-Z]{1,4}/\d|[A-Z][a-z]{1,3}\.\d))"
)
_SUFFIX = rf"(?:{_SLASH}(?:Rev|Add|Corr|Amend|Summary)\.?\s?\d*|/(?:PV|SR)\.\d+)"
_PART = r"[A-Z0-9][A-Za-z0-9.\-–‑]*(?:(?<=/L\.)\s\d+)?(?:\((?:(?:E?S-)?[IVXLC]+|\d{2,4}|INI|RSP|[A-Z]\))\)?\d*)?"
_TAIL = r"(?:\s?\((?:\d{4}|(?:E?S-)?[IVXLC]+|Part\s[IVX]+|Vol\.\s?[IVX]+|SUPP)\))?"
_PARTS = rf"[A-Z]{{1,8}}(?:\.\d{{1,4}})?(?:{_SLASH}{_PART})+(?:-[A-Z]{{1,8}}(?:/{_PART})+)*{_TAIL}"
_SUFFIXES = re.compile(rf"{_SUFFIX}$")
_NO_DIGITS = re.compile(r"[A-Z][A-Z/]*/[A-Z]+$")
_LETTERED = re.compile(r"((?:A|A/HRC|E)/(?:RES|DEC)/[\dSE\-]+/\d+) ([A-Z])")
# "{name}" stands for a group; "[…]" is left out where its group is empty.
_OPTIONAL = re.compile(r"\[([^\[\]]*)\{(\w+)\}([^\[\]]*)\]")
_UNKNOWN_SERIES = 2  # slashes: a symbol of a body that is not listed has three parts or more


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


# The longest known, a joint one of two committees, has 60 characters.
_LONGEST = 200
_ACT = re.compile(r"(Resolution|Decision) (\d{1,4} ?\(\d{4}\))")


@cache
def pattern() -> re.Pattern[str]:
    """A symbol in running text; a trailing full stop may be caught and is dropped by `parse`."""
    forms = "|".join(re.sub(r"\(\?P<\w+>", "(?:", form.form) for each in bodies() for form in each.forms)
    return re.compile(rf"(?<![\w/.\-])(?:(?:{forms})(?!\w)|{_PARTS})(?:{_SUFFIX})*")


@cache
def _may_begin() -> re.Pattern[str]:
    """Where one may begin.

    It starts with a set of characters and looks only a few further: several times faster than trying the whole grammar
    at each word.
    """
    starts = "|".join(dict.fromkeys(form.starts for each in bodies() for form in each.forms if form.starts))
    return re.compile(
        rf"[A-Z\d](?<![\w/.\-].)(?:(?=[\w.:\-‑–]{{0,24}}+(?:\([A-Z .]{{1,12}}\))?\s?/)|(?<=(?=(?:{starts})).))"
    )


@cache
def _forms() -> tuple[tuple[re.Pattern[str], Form, str], ...]:
    return tuple((re.compile(form.form), form, each.id) for each in bodies() for form in each.forms)


@cache
def _beginnings() -> tuple[tuple[re.Pattern[str], str], ...]:
    listed = sorted(((begin, each.id) for each in bodies() for begin in each.begins), key=lambda pair: -len(pair[0]))
    return tuple((re.compile(begin), name) for begin, name in listed)


def find(text: str) -> Iterator[re.Match[str]]:
    """The symbols in running text, in order, as written."""
    end = 0
    whole = pattern()
    for candidate in _may_begin().finditer(text):
        if candidate.start() >= end and (found := whole.match(text, candidate.start())):
            end = found.end()
            yield found


@lru_cache(maxsize=8192)
def parse(text: str) -> Symbol | None:
    """Read `text` as one symbol; None where it is none (a date 2/3, "and/or", an abbreviation with a slash)."""
    if len(text) > _LONGEST:
        return None
    words = _spaced(text)
    if found := _LETTERED.fullmatch(words):  # lettered resolutions: A/RES/78/80 A
        plain = parse(found[1])
        return replace(plain, text=words, base=words) if plain else None
    base, suffixes = _split(re.sub(r"/(Rev|Add|Corr|Amend)\.?\s?(?=\d)", r"/\1.", words))
    for form, listed, name in _forms():
        if found := form.fullmatch(base):
            return _formed(found, listed, name, suffixes)
    # Not `fullmatch`: where the end does not fit it would try every way to take the beginning, and there are many.
    found = pattern().match(words)
    whole = found is not None and found.end() == len(words)
    if not whole or not any(c.isdigit() for c in words) or _NO_DIGITS.fullmatch(words):
        return None
    base = re.sub(r"\s+\((?=\d{4}\)|[IVXLC]+\))", "(", base)
    owner = _owner(base)
    if owner is None and base.count("/") < _UNKNOWN_SERIES and not base.startswith("ST/"):
        return None
    return Symbol("/".join((base, *suffixes)), base, suffixes, owner, _kind(base), _stage(base), _session(base, owner))


def of_act(text: str, organ: str | None) -> Symbol | None:
    """The symbol of an act that is called by its number alone: "Resolution 2597 (2025)".

    `organ` is the short name of the body that publishes it, where that is known; None where it cannot be said whose
    the number is.
    """
    named = _ACT.fullmatch(_spaced(text)) if len(text) <= _LONGEST else None
    written = act_symbol(named[2], organ, is_decision=named[1] == "Decision") if named else None
    if written is None:
        return None
    owner = body(organ)
    kind: Kind = "decision" if written.startswith("Decision") else "resolution"
    return parse(written) or Symbol(written, written, (), owner.id if owner else None, kind, "adopted", None)


def normalise(text: str) -> str | None:
    """The normalised form of one symbol; None where `text` is none."""
    symbol = parse(text)
    return symbol.text if symbol else None


def _spaced(text: str) -> str:
    words = re.sub(r"[\s ]+", " ", text.replace("‑", "-").replace("–", "-")).strip().strip(".,;:*")
    return re.sub(r"/L\. (?=\d)", "/L.", re.sub(r"\s?/\s?", "/", words))


def _split(words: str) -> tuple[str, tuple[str, ...]]:
    suffixes: list[str] = []
    while found := _SUFFIXES.search(words):
        suffixes.insert(0, found[0][1:])
        words = words[: found.start()]
    if "/" not in words and suffixes:  # "S/PV.9876" is a record by itself, of nothing before it
        return "/".join((words, suffixes[0])), tuple(suffixes[1:])
    return words, tuple(suffixes)


def _formed(found: re.Match[str], form: Form, name: str, suffixes: tuple[str, ...]) -> Symbol:
    groups = {key: value or "" for key, value in found.groupdict().items()}
    base = found[0]
    if form.write:
        write = _OPTIONAL.sub(lambda part: f"{part[1]}{{{part[2]}}}{part[3]}" if groups[part[2]] else "", form.write)
        base = write.format_map(groups)
    number = groups.get("session", "")
    session = int(number) if number.isdigit() else roman(number) if number else None
    kind = form.kind or _kind(base)
    return Symbol("/".join((base, *suffixes)), base, suffixes, name, kind, form.stage or _stage(base), session)


def _owner(base: str) -> str | None:
    for beginning, name in _beginnings():
        if found := beginning.match(base):
            return f"{name}{found.groupdict().get('organ', '')}"
    return None


def _kind(base: str) -> Kind:
    if re.search(r"(?:^|/)RES(?:[/.]|$)|/DR\b|/L\.\d|/Res\.", base):
        return "resolution"
    if re.search(r"(?:^|/)DEC(?:/|$)|/Dec", base):
        return "decision"
    return "other"


def _stage(base: str) -> Stage | None:
    if re.search(r"/DR-?pre", base, re.IGNORECASE):
        return "preliminary_draft"
    if re.search(r"/(?:L|CRP|WP)\.\d|/DR\b", base):
        return "draft"
    if re.search(r"(?:^|/)(?:RES|DEC)[/.]|/(?:Res|Decl?)\.", base):
        return "adopted"
    return None


def _session(base: str, owner: str | None) -> int | None:
    known = body(owner)
    if known is None or known.session is None:
        return None
    if found := re.search(r"\(([IVXLC]+)\)$", base):
        return roman(found[1])
    found = known.session.search(base)
    return int(found[1]) if found else None
