"""One way to say which mandates and documents are wanted, whoever asks: a command, a sheet, a feed or a page."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from warehouse.model import QueryError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


@dataclass(frozen=True, slots=True)
class Filters:
    """Which mandates or documents are wanted. Of several values one must fit; every field that is given must.

    Upper and lower case make no difference in names, and `*` is any letters. Blanks in symbols do not count. An
    addressee fits by id or by part of its words. `due` is the year, the month or the day in which a deadline ends
    (2027, 2027-05, 2027-05-31), `due_after` and `due_before` are the first and the last day on which it may.
    `recorded_after` is a moment (UTC) after which a document was seen for the first time; only lists of
    documents know it.
    """

    body: tuple[str, ...] = ()
    session: tuple[int, ...] = ()
    symbol: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    year: tuple[int, ...] = ()
    topic: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    addressee: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    responsible: tuple[str, ...] = ()
    due: str | None = None
    due_after: date | None = None
    due_before: date | None = None
    recorded_after: datetime | None = None

    def __post_init__(self) -> None:
        if self.due is not None and not is_period(self.due):
            raise QueryError(f"{self.due!r} is not a year, a month or a day (2027, 2027-05, 2027-05-31)")

    @classmethod
    def of(cls, **given: Any) -> Self:
        """The filters with these values: one, several or None for each field.

        Raises:
            QueryError: `due` is not a date.
        """
        values: dict[str, Any] = {name: each if name in _DAYS else _several(each) for name, each in given.items()}
        return cls(**values)

    @property
    def given(self) -> dict[str, tuple[Any, ...]]:
        """The fields that narrow, each with its values."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: _several(value) for name, value in values.items() if value not in ((), None)}

    def without(self, field: str) -> Self:
        """The same without what is wanted of one field."""
        nothing: dict[str, Any] = {field: None if field in _DAYS else ()}
        return replace(self, **nothing)

    def only(self, field: str) -> Self:
        """Nothing but what is wanted of one field."""
        return type(self)(**{field: getattr(self, field)})


NO_FILTERS = Filters()

_DAYS = frozenset({"due", "due_after", "due_before", "recorded_after"})

# A test for each field: `{value}` is one of the wanted values, `{is_like}` compares with it as a name, `{is_in}` as a
# period, so that those of others are not even read. What is in a row of `documents` is the same in all its mandates.
_OF_DOCUMENTS = {
    "body": "lower({documents}.body) {is_like}",
    "session": "{documents}.session = {value}",
    "symbol": "replace(lower({documents}.symbol), ' ', '') {is_like}",
    "kind": "{documents}.kind = {value}",
    "stage": "{documents}.stage = {value}",
    "language": "{documents}.language = {value}",
    "year": "{documents}.published_on {is_in}",
    "topic": "list_contains({documents}.topics, {value})",
}
_OF_MANDATES = {
    "type": "{ledger}.type = {value}",
    "addressee": "lower({ledger}.addressee_id) {is_like} OR lower({ledger}.addressee) {has_like}",
    "state": "{ledger}.state = {value}",
    "responsible": "lower({ledger}.responsible) {is_like}",
    "due": "{ledger}.due_end {is_in}",
    "due_after": "{ledger}.due_end >= {value}",
    "due_before": "{ledger}.due_end <= {value}",
}
# The ledger of today does not have these, so that mandates are not found by them.
_OF_RECORDS = {"recorded_after": "{documents}.first_seen > {value}"}
# Of a request that comes back each year, only the next occurrence counts beside those that are written.
NEXT_EXPECTED = """NOT ledger.is_expected OR row_number() OVER (
    PARTITION BY ledger.task_key, ledger.is_expected
    ORDER BY ledger.state IN ('answered', 'renewed', 'superseded', 'withdrawn'), ledger.occurrence
) = 1"""
DOCUMENT_FIELDS = frozenset(_OF_DOCUMENTS)
MANDATE_FIELDS = frozenset(_OF_MANDATES)
RECORDED_FIELDS = frozenset(_OF_RECORDS)

# Characters that LIKE would read as wildcards.
_MARKS = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_", "*": "%"})
_LIKE = {"is_like": "LIKE {value} ESCAPE '\\'", "has_like": "LIKE '%' || {value} || '%' ESCAPE '\\'"}
# LIKE tries all places of each star for all places of the one before; regular expressions take one pass.
_MOST_STARS = 2
_IS_IN = "BETWEEN ${place}_first AND ${place}_last"
_STARRED = {"is_like": "SIMILAR TO {value}", "has_like": "SIMILAR TO '(?s).*' || {value} || '.*'"}


@dataclass(frozen=True, slots=True)
class Condition:
    """What the wanted rows fulfil, as SQL, and the values that it names."""

    sql: str
    values: dict[str, Any]


def condition(
    filters: Filters,
    *,
    ledger: str = "ledger",
    documents: str = "documents",
    only: Collection[str] = DOCUMENT_FIELDS | MANDATE_FIELDS,
    mandate_ids: Sequence[str] | None = None,
) -> Condition:
    """The condition for rows of the ledger and of documents, by the names that a query gives to the two.

    `only` leaves out all other fields, and without it those of `RECORDED_FIELDS`; `mandate_ids` are those among which
    the wanted mandates are, such as the hits of a search.
    """
    parts: list[str] = []
    values: dict[str, Any] = {}
    if mandate_ids is not None:
        parts.append(f"{ledger}.mandate_id IN (SELECT unnest($mandate_ids::VARCHAR[]))")
        values["mandate_ids"] = list(mandate_ids)
    for name, test in (_OF_DOCUMENTS | _OF_MANDATES | _OF_RECORDS).items():
        if name not in only:
            continue
        tests: list[str] = []
        for value in filters.given.get(name, ()):
            place = f"{name}_{len(tests)}"
            if "{is_in}" in test:
                values[f"{place}_first"], values[f"{place}_last"] = _days(str(value))
                tests.append(f"({test.format(is_in=_IS_IN.format(place=place), ledger=ledger, documents=documents)})")
                continue
            values[place], compared = _named(name, value) if "_like}" in test else (value, _LIKE)
            likes = {name: how.format(value=f"${place}") for name, how in compared.items()}
            tests.append(f"({test.format(value=f'${place}', ledger=ledger, documents=documents, **likes)})")
        if tests:
            parts.append(f"({' OR '.join(tests)})")
    return Condition(" AND ".join(parts) or "true", values)


def _named(field: str, value: str) -> tuple[str, dict[str, str]]:
    """A name with stars as a pattern, and how it is compared."""
    bare = value.lower().replace(" ", "") if field == "symbol" else value.lower()
    if bare.count("*") <= _MOST_STARS:
        return bare.translate(_MARKS), _LIKE
    return "(?s)" + ".*".join(map(re.escape, bare.split("*"))), _STARRED


def is_period(text: str) -> bool:
    """Whether it is a year, a month or a day that there is: 2027, 2027-05, 2027-05-31."""
    if not re.fullmatch(r"\d{4}(-\d\d){0,2}", text, re.ASCII):
        return False
    try:
        date.fromisoformat(f"{text}-01-01"[:10])
    except ValueError:
        return False
    return True


def _days(period: str) -> tuple[date, date]:
    """The first and the last day of a year, a month or a day; none between them where the calendar has no such year."""
    if not is_period(period):
        return date.max, date.min
    year, *rest = map(int, period.split("-"))
    first_month, last_month = (rest[0], rest[0]) if rest else (1, 12)
    last_day = monthrange(year, last_month)[1]
    first, last = (rest[1], rest[1]) if len(rest) > 1 else (1, last_day)
    return date(year, first_month, first), date(year, last_month, last)


def _several(value: Any) -> tuple[Any, ...]:
    if value is None:
        return ()
    return tuple(value) if isinstance(value, (tuple, list)) else (value,)
