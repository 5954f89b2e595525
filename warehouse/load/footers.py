"""What a batch's footer, or a line of checks, may say: it may come from another machine, so each value is checked.

One that were taken as it is would fail in the middle of a transaction, and with it all that is recorded beside it.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from warehouse.load import places

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

OUTCOMES = frozenset(("ok", "not_modified", "failed", "part"))
# PostgreSQL's and DuckDB's INTEGER.
_LARGEST = 2**31 - 1
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,150}")
_MISSING = object()


def checked(footer: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a landed batch, each of its type.

    Raises:
        ValueError: what is missing or wrong.
    """
    return {
        "batch_id": _value(footer, "batch_id", _words),
        # It becomes the name of a file (warehouse/exchange/memories.py).
        "source_id": _value(footer, "source_id", _NAME.fullmatch),
        "started_at": _moment(_value(footer, "started_at", _time)),
        "finished_at": _moment(_value(footer, "finished_at", _time)),
        "outcome": _value(footer, "outcome", OUTCOMES.__contains__),
        "items_seen": _value(footer, "items_seen", _count),
        "error": _value(footer, "error", _words_or_none),
        "dropped": _rows(footer, "dropped", _DROPPED),
        "fetches": _rows(footer, "fetches", _FETCHES),
        "validators": _table(footer, "validators", lambda held: _is_row(held, _VALIDATORS)),
        "notes": _table(footer, "notes", _words),
        "items": _rows(footer, "items", _ITEMS, missing=()),
        "unreadable": _rows(footer, "unreadable", _UNREADABLE, missing=()),
        "past": _past(footer.get("past")),
    }


def _value(row: Mapping[str, Any], name: str, fits: Callable[[Any], object]) -> Any:
    value = row.get(name, _MISSING)
    try:
        if value is _MISSING or not fits(value):
            raise ValueError(f"{name} is {'missing' if value is _MISSING else f'{value!r:.100}'}")
    except TypeError:
        raise ValueError(f"{name} is {value!r:.100}") from None
    return value


def _rows(
    footer: Mapping[str, Any], name: str, fields: Mapping[str, Callable[[Any], bool]], missing: Any = _MISSING
) -> tuple[Mapping[str, Any], ...]:
    rows = footer.get(name, missing)
    if not isinstance(rows, list | tuple):
        raise ValueError(f"{name} is not a list")  # noqa: TRY004 - data, not a caller's mistake
    for row in rows:
        if not _is_row(row, fields):
            raise ValueError(f"{name} has a row that does not fit: {row!r:.100}")
    return tuple(rows)


def _table(footer: Mapping[str, Any], name: str, fits: Callable[[Any], bool]) -> Mapping[str, Any]:
    table = footer.get(name)
    if not isinstance(table, dict) or not all(map(fits, table.values())):
        raise ValueError(f"{name} does not fit: {table!r:.100}")
    return table


def _is_row(row: Any, fields: Mapping[str, Callable[[Any], bool]]) -> bool:
    """Whether the fields that are there fit; those that a former version did not write may be missing."""
    if not isinstance(row, dict):
        return False
    for name, fits in fields.items():
        if name in _ALWAYS and name not in row:
            return False
        if name in row and not fits(row[name]):
            return False
    return True


def _past(said: Any) -> Any:
    try:
        return places.past_in(said)
    except (TypeError, KeyError) as error:
        raise ValueError(f"past does not fit: {error}") from None


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written)


def _words(value: Any) -> bool:
    return isinstance(value, str)


def _words_or_none(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _count(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _LARGEST


def _number(value: Any) -> bool:
    return type(value) in {int, float} and abs(value) < _LARGEST


def _time(value: Any) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _or_none(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: value is None or fits(value)


# What later steps read without asking whether it is there.
_ALWAYS = frozenset(("key", "state", "first_seen", "since", "item", "fetched_at", "content_sha256"))
_DROPPED = {"url": _words_or_none, "title": _words_or_none, "reason": _words_or_none, "kind": _words_or_none}
_FETCHES = {
    "url": _words,
    "started_at": _time,
    "seconds": _number,
    "status": _or_none(_count),
    "bytes": _or_none(lambda value: type(value) is int and 0 <= value < 2**63),
    "outcome": _words,
    "error": _words_or_none,
    "raw_sha256": _words_or_none,
}
_VALIDATORS = {
    "etag": _words_or_none,
    "last_modified": _words_or_none,
    "fetched_at": _time,
    "content_sha256": _words,
}
_ITEMS = {
    "key": _words,
    "state": lambda value: value in {"taken", "waiting", "filtered", "failed"},
    "first_seen": _time,
    "since": _time,
    "tries": _count,
    "next_try": _or_none(_time),
    "read_at": _or_none(_time),
    "baseline": _or_none(lambda value: isinstance(value, bool)),
    **dict.fromkeys(("url", "title", "reason", "identity", "row", "payload", "sketch"), _words_or_none),
}
_UNREADABLE = {"item": _words, "first_seen": _time}
