"""What templates share beside their macros: links to elsewhere, days and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import jinja2

from config.names import addressee_name, body_name
from config.notes import note_in
from register.addresses import inner_path, query, same_page
from register.lines import flowing, on_a_line
from register.words import LANGUAGES, capital, number
from warehouse.findings.titles import display_title

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date, datetime

_MONTHS = {
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    "fr": ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juill.", "août", "sept.", "oct.", "nov.", "déc."],
    "es": ["ene.", "feb.", "mar.", "abr.", "may.", "jun.", "jul.", "ago.", "sept.", "oct.", "nov.", "dic."],
}
# The first of a month is an ordinal in French, and no other day is.
_FIRST = {"fr": "1er"}
LANGUAGE_NAMES = {"en": "English", "fr": "Français", "es": "Español"}
_RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}


def outside(url: str | None) -> str | None:
    """THE one place where an address from outside may become a link: web addresses, and nothing else."""
    if not url:
        return None
    try:
        there = urlsplit(url)
    except ValueError:
        return None
    return url if there.scheme in {"http", "https"} and there.hostname else None


def day(value: date | datetime | None, language: str) -> str:
    """A day as readers of the language write it: 3 Dec 2026."""
    if value is None:
        return ""
    number_of = _FIRST.get(language, "1") if value.day == 1 else value.day
    return f"{number_of} {_MONTHS[language][value.month - 1]} {value.year}"


def month(value: date, language: str) -> str:
    """A month in the same way: Dec 2026."""
    return f"{month_name(value, language)} {value.year}"


def month_name(value: date, language: str) -> str:
    """A month where its year is written beside it: Dec."""
    return _MONTHS[language][value.month - 1]


def titled(title: str | None, symbol: str | None) -> str:
    """A title as it is shown beside its symbol, which it does not repeat; that begins with the body."""
    return display_title(title or "", symbol, symbol.partition("/")[0] if symbol else None)


def ranges(numbers: Iterable[int]) -> list[str]:
    """Rising numbers, those that follow each other as one: 49, 50, 51 and 53 are "49–51" and "53"."""
    runs: list[list[int]] = []
    for each in numbers:
        if runs and each == runs[-1][-1] + 1:
            runs[-1].append(each)
        else:
            runs.append([each])
    return [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs]


def script_direction(language: str | None) -> str:
    """How the text of a document runs."""
    return "rtl" if language in _RIGHT_TO_LEFT else "ltr" if language else "auto"


@jinja2.pass_context
def _body(context: jinja2.runtime.Context, body: str) -> str:
    """The full name of a body beside its id; the id alone where there is no other name."""
    name = body_name(body, context["language"])
    return f"{name} ({body})" if name else body


@jinja2.pass_context
def _in_full(context: jinja2.runtime.Context, body: str) -> str | None:
    return body_name(body, context["language"])


@jinja2.pass_context
def _who(context: jinja2.runtime.Context, addressee_id: str, name: str | None) -> str:
    """How an addressee is called: by its own name, else as most documents put it, else by its id."""
    return addressee_name(addressee_id, context["language"]) or name or addressee_id


GLOBALS: dict[str, Any] = {
    "query": query, "same_page": same_page, "inner_path": inner_path, "outside": outside,
    "languages": LANGUAGES, "language_names": LANGUAGE_NAMES, "script_direction": script_direction,
}  # fmt: skip


@jinja2.pass_context
def _day(context: jinja2.runtime.Context, value: date | datetime | None) -> str:
    return day(value, context["language"])


@jinja2.pass_context
def _month(context: jinja2.runtime.Context, value: date) -> str:
    return month(value, context["language"])


@jinja2.pass_context
def _number(context: jinja2.runtime.Context, value: int) -> str:
    return number(value, context["language"])


@jinja2.pass_context
def _noted(context: jinja2.runtime.Context, value: str) -> str | None:
    return note_in(value, context["language"])


FILTERS: dict[str, Callable[..., Any]] = {
    "body_name": _body, "capital": capital, "day": _day, "flowing": flowing, "in_full": _in_full, "month": _month,
    "noted": _noted, "number": _number, "on_a_line": on_a_line, "ranges": ranges, "titled": titled,
    "who": _who,
}  # fmt: skip
