"""What an address asks for: words, filters, order and page. What it cannot mean is left out, and said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Literal, get_args

from config.blocks import Kind, Stage
from config.filters import MandateType, State
from config.suggestions import nearest
from warehouse.model import QueryError
from warehouse.pages.search import Question, Sort
from warehouse.query.filters import Filters, is_period
from warehouse.query.search_words import terms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

Show = Literal["mandates", "documents"]
# The query of an address.
Query = dict[str, list[str]]

# Fields with a few known values, with numbers between two, and with any words.
KNOWN: dict[str, tuple[str, ...]] = {
    "type": get_args(MandateType),
    "state": get_args(State),
    "kind": get_args(Kind),
    "stage": get_args(Stage),
}
_NUMBERS = {"session": (1, 99_999), "year": (1800, 2200)}
_NAMES = ("body", "symbol", "topic", "addressee", "responsible", "language")
_DAYS = ("due_after", "due_before")
_SINGLE = frozenset({"due", *_DAYS, "recorded_after"})
FIELDS = (*_NAMES[:1], *KNOWN, *_NAMES[1:], *_NUMBERS, "due", *_DAYS, "recorded_after")
# Beyond these an address is no question of a person.
_LONGEST_WORDS, _LONGEST_NAME, _MOST_VALUES, _LAST_PAGE = 400, 190, 20, 10_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in an address that was left out. `says` names the sentence, `meant` what may have been meant."""

    says: Literal["unknown", "number", "day", "period", "order", "long", "many", "words"]
    field: str
    value: str
    meant: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for, and what of it was left out."""

    question: Question
    show: Show
    faults: tuple[Fault, ...]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Words and filters as an address has them, without order and page."""
        words = [("words", self.question.words)] if self.question.words else []
        return words + [
            (name, written(value)) for name, values in self.question.filters.given.items() for value in values
        ]

    def query(self, *, page: int = 1, **others: str) -> Query:
        """The same question, on another page or in another order, without what goes without saying."""
        usual = {"show": "mandates", "sort": usual_sort(self.question.words)}
        named = {"show": self.show, "sort": self.question.sort} | others
        pairs = [(name, value) for name, value in named.items() if usual[name] != value]
        return _grouped([*self.pairs, *pairs, *([("page", str(page))] if page > 1 else [])])

    def with_value(self, field: str, value: str) -> Query:
        """The question with one more value; of periods there is one only."""
        kept = self.without_value(field) if field == "due" else self.query()
        return kept | {field: [*kept.get(field, []), value]}

    def without_value(self, field: str, value: str | None = None) -> Query:
        """The question without one value of a field, or without all of them."""
        kept = self.query()
        values = [known for known in kept.pop(field, []) if value not in {None, known}]
        return kept | ({field: values} if values else {})


def asked(pairs: Iterable[tuple[str, str]]) -> Asked:
    """What the pairs of an address ask for. Names that mean nothing here are passed over."""
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        if bare := " ".join(_CONTROL.sub(" ", value).split()):
            given.setdefault(name, []).append(bare)
    faults: list[Fault] = []
    filters: dict[str, Any] = {}
    for field in FIELDS:
        values = [value for each in given.get(field, []) if (value := _value(field, each, faults)) is not None]
        if len(values) > _MOST_VALUES:
            faults.append(Fault("many", field, str(len(values))))
        kept = tuple(dict.fromkeys(values))[:_MOST_VALUES]
        if kept:
            filters[field] = kept[-1] if field in _SINGLE else kept
    first, last = (filters.get(name) for name in _DAYS)
    if first and last and first > last:
        faults.append(Fault("order", "due_after", f"{first} – {last}"))
        filters = {name: value for name, value in filters.items() if name not in _DAYS}
    words = _words(" ".join(given.get("words", [])), faults)
    question = Question(words, Filters.of(**filters), _sort(given, words, faults), _page(given, faults))
    show = _one_of(given, "show", get_args(Show), faults) or "mandates"
    return Asked(question, "documents" if show == "documents" else "mandates", tuple(faults))


def written(value: Any) -> str:
    """A value of a filter as an address has it; a moment in UTC, as 2026-11-27T19:22:05Z."""
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else str(value)


def usual_sort(words: str) -> Sort:
    """The order without one in the address: the best hits first where there are words, else the newest."""
    return "relevance" if words else "date"


def _value(field: str, text: str, faults: list[Fault]) -> Any:
    """A value as the filter takes it; None for one that it cannot mean, which is a fault."""
    short = text[:80]
    if len(text) > _LONGEST_NAME:
        faults.append(Fault("long", field, short))
    elif field in KNOWN:
        if (known := text.lower().replace(" ", "_")) in KNOWN[field]:
            return known
        faults.append(Fault("unknown", field, short, tuple(nearest(text, KNOWN[field])) or KNOWN[field]))
    elif field in _NUMBERS:
        first, last = _NUMBERS[field]
        if re.fullmatch(r"[0-9]{1,5}", text) and first <= int(text) <= last:
            return int(text)
        faults.append(Fault("number", field, short))
    elif field in _TIMES:
        if (time := _TIMES[field](text)) is not None:
            return time
        faults.append(Fault("day", field, short))
    elif field == "due":
        if is_period(text):
            return text
        faults.append(Fault("period", field, short))
    else:
        return text.lower() if field == "language" else text
    return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    """A day, from its beginning, or a day with a time; in UTC unless it names another zone."""
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


_TIMES: Mapping[str, Callable[[str], date | None]] = {**dict.fromkeys(_DAYS, _day), "recorded_after": _moment}


def _words(text: str, faults: list[Fault]) -> str:
    if len(text) > _LONGEST_WORDS:
        faults.append(Fault("long", "words", text[:80]))
        return ""
    try:
        return text if text and terms(text) else ""
    except QueryError:
        faults.append(Fault("words", "words", text[:80]))
        return ""


def _sort(given: dict[str, list[str]], words: str, faults: list[Fault]) -> Sort:
    found = _one_of(given, "sort", get_args(Sort), faults)
    if found == "relevance" and not words:
        found = None
    return next((sort for sort in get_args(Sort) if sort == found), usual_sort(words))


def _page(given: dict[str, list[str]], faults: list[Fault]) -> int:
    text = given.get("page", ["1"])[-1]
    if re.fullmatch(r"[0-9]{1,5}", text) and 1 <= int(text) <= _LAST_PAGE:
        return int(text)
    faults.append(Fault("number", "page", text[:80]))
    return 1


def _one_of(given: dict[str, list[str]], name: str, known: Sequence[str], faults: list[Fault]) -> str | None:
    text = given.get(name, [""])[-1]
    if text and text not in known:
        faults.append(Fault("unknown", name, text[:80], tuple(known)))
        return None
    return text or None


def _grouped(pairs: Iterable[tuple[str, str]]) -> Query:
    query: Query = {}
    for name, value in pairs:
        query.setdefault(name, []).append(value)
    return query
