"""Cursors: where a page of a list ended, in a form that only this API reads.

A cursor holds the keys of the last row, so it stays good when another snapshot is published.
"""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from register.api.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warehouse.pages.listing import Value

MOST_CHARACTERS = 600
# What a LIMIT or an id in the warehouse can hold.
_MOST = 2**63 - 1


def cursor(asked: object, keys: Sequence[Value]) -> str:
    """The cursor behind the row with these keys, in the list that `asked` describes."""
    values = [each.isoformat() if isinstance(each, date) else each for each in keys]
    return base64.urlsafe_b64encode(json.dumps([_mark(asked), *values]).encode()).decode().rstrip("=")


def keys_of(given: str | None, asked: object, types: Sequence[type[Value]]) -> tuple[Value, ...] | None:
    """The keys that a cursor of this list holds; None where none was given.

    Raises:
        ProblemError: it was not made here, or was made for another question.
    """
    if given is None:
        return None
    try:
        mark, *values = json.loads(base64.b64decode(given + "=" * (-len(given) % 4), altchars=b"-_", validate=True))
        keys = tuple(_value(each, kind) for each, kind in zip(values, types, strict=True))
    except (ValueError, TypeError, RecursionError):
        raise ProblemError(
            400, "Invalid cursor", "The cursor was not issued by this API. Begin again without a cursor."
        ) from None
    if mark != _mark(asked):
        raise ProblemError(
            400,
            "Invalid cursor",
            "The cursor belongs to another query. Use the same filters and the same order on each page.",
        )
    return keys


def _value(given: Any, kind: type[Value]) -> Value:
    if kind is datetime and isinstance(given, str):
        return datetime.fromisoformat(given).astimezone(UTC)
    if kind is date and isinstance(given, str):
        return date.fromisoformat(given)
    if kind is int and type(given) is int and abs(given) <= _MOST:
        return given
    if kind is str and isinstance(given, str) and given.isprintable():
        return given
    raise ValueError(given)


def _mark(asked: object) -> str:
    """Tells one question from another; who changes it by hand harms nobody."""
    return hashlib.sha256(repr(asked).encode()).hexdigest()[:8]
