"""The bodies that speak in these documents, as `bodies.yaml` lists them: names, symbols, ways of numbering.

Errors:
    BodiesError      the list is damaged; the sentence names the entry
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mandates.languages.scanning import Scanner
from mandates.languages.words import load
from mandates.model import MandatesError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mandates.model import Kind, Stage

_WORD = re.compile(r"[\w-]+")
LISTED = Path(__file__).with_name("bodies.yaml")
_KEYS = frozenset(
    "id system addressee names short organs begins forms session acts decisions_from last_of_year meets_as".split()  # noqa: SIM905 - a list to read
)


class BodiesError(MandatesError):
    """A list of bodies that cannot be used."""


@dataclass(frozen=True, slots=True)
class Form:
    """One shape of symbol that is not made of parts between slashes; see the head of `bodies.yaml`."""

    form: str
    starts: str | None = None
    write: str | None = None
    kind: Kind | None = None
    stage: Stage | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """One body, as listed."""

    id: str
    system: str
    addressee: str | None
    names: tuple[str, ...]
    short: tuple[str, ...]
    organs: Mapping[str, tuple[str, ...]]
    begins: tuple[str, ...]
    forms: tuple[Form, ...]
    session: re.Pattern[str] | None
    acts: Mapping[str, str] = field(default_factory=dict)
    decisions_from: int | None = None
    last_of_year: Mapping[int, int] = field(default_factory=dict)
    meets_as: str | None = None

    def year_of(self, number: int) -> int | None:
        """The year in which the act of this number was adopted, where the list goes so far."""
        return next((year for year, last in sorted(self.last_of_year.items()) if 0 < number <= last), None)


@cache
def bodies() -> tuple[Body, ...]:
    """All bodies, in the order of the list.

    Raises:
        BodiesError: an entry lacks its id, or has a key that is not known.
        LexiconError: the list is not YAML.
    """
    return tuple(map(_body, load(LISTED)))


def _body(entry: Mapping[str, Any]) -> Body:
    if unknown := sorted(set(entry) - _KEYS):
        raise BodiesError(f"{LISTED}: unknown key {unknown[0]!r} in the entry {entry.get('id', '(without id)')!r}")
    try:
        return Body(
            id=entry["id"],
            system=entry.get("system", entry["id"].lower()),
            addressee=entry.get("addressee"),
            names=_in_all_languages(entry.get("names", {})),
            short=tuple(entry.get("short", ())),
            organs={organ: _in_all_languages(names) for organ, names in entry.get("organs", {}).items()},
            begins=tuple(entry.get("begins", ())),
            forms=tuple(Form(**form) for form in entry.get("forms", ())),
            session=re.compile(entry["session"]) if "session" in entry else None,
            acts=entry.get("acts", {}),
            decisions_from=entry.get("decisions_from"),
            last_of_year=entry.get("last_of_year", {}),
            meets_as=entry.get("meets_as"),
        )
    except (KeyError, TypeError, re.error) as error:
        raise BodiesError(f"{LISTED}: the entry {entry.get('id', '(without id)')!r}: {error}") from error


def _in_all_languages(names: Mapping[str, list[str]]) -> tuple[str, ...]:
    return tuple(name for listed in names.values() for name in listed)


@lru_cache(maxsize=256)
def body(name: str | None) -> Body | None:
    """The body of that short name; a committee of the General Assembly ("UNGA-C3") is that of its kind."""
    return next((each for each in bodies() if name in {each.id, f"{each.id}{(name or '')[-1:]}"}), None)


def prefix_of(name: str | None) -> str:
    """The system that a body belongs to, as a prefix.

    "un:" for the organs of the United Nations, else the body itself.
    """
    if name is None:
        return ""
    known = body(name)
    return f"{known.system if known else name.lower()}:"


def is_united_nations(name: str | None) -> bool:
    """Whether the body of that short name is an organ of the United Nations; so it is taken where there is none."""
    found = body(name)
    return name is None or (found is not None and found.system == "un")


@cache
def named() -> Scanner:
    """A regular expression for every name of every body; `of_name` says whose it is."""
    words = ("|".join(map(_loosely, each.names)) for each in bodies() if each.names)
    return Scanner(re.compile("|".join(f"({each})" for each in words), re.IGNORECASE))


def of_name(found: re.Match[str]) -> Body:
    """The body of which `named` has found a name."""
    return [each for each in bodies() if each.names][(found.lastindex or 1) - 1]


@cache
def asked() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Who is asked by a name of its own, with the short name: the organs of a system before its bodies."""
    organs = (((*names,), f"{each.system}:{organ}") for each in bodies() for organ, names in each.organs.items())
    themselves = (((*each.names, *each.short), each.addressee) for each in bodies() if each.addressee)
    return tuple(
        (re.compile(rf"\b(?:{'|'.join(map(_loosely, names))})\b", re.IGNORECASE), short)
        for names, short in (*organs, *themselves)
    )


def _loosely(name: str) -> str:
    words = re.sub(r"\\?[ \-]", r"[\\s-]{1,3}", re.escape(name)).replace("'", "['’]")
    return re.sub(r"organi[sz]ation", "organi[sz]ation", words)


@lru_cache(maxsize=256)
def organ_in(words: str, *, whole: bool = False) -> str | None:
    """The short name of the first body named in `words`; with `whole`, only where there is nothing else."""
    found = named().fullmatch(words.strip()) if whole else named().search(words)
    return of_name(found).id if found else None


@lru_cache(maxsize=256)
def abbreviated_in(words: str) -> str | None:
    """The short name of the first body whose abbreviation is in `words`: "the 154th IPU Assembly"."""
    known = {name: each.id for each in bodies() for name in (each.id, *each.short)}
    return next((known[word] for word in _WORD.findall(words) if word in known), None)
