"""Those who have to act, with what they owe: by one name over all documents, as the ledger has it today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.pages.search import LEDGER, in_words
from warehouse.query.counts import ENTRIES, MANDATES
from warehouse.query.ledger_today import ledger_today
from warehouse.query.open_states import IS_OPEN
from warehouse.query.opening import one_look

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from warehouse.pages.search import FoundMandate

PAGE_ROWS = 50
MANDATE_ROWS = 20

# By the rows that are alike; each name has its own, and the one that most of them have is that of the addressee.
_NAMED = f"""
SELECT
    addressee_id, coalesce(addressee_resolved, addressee) AS name, sum(rows) AS times, sum(mandates) AS mandates,
    sum(rows) FILTER ({IS_OPEN}) AS open, sum(rows) FILTER (state = 'overdue') AS overdue,
    sum(rows) FILTER (state = 'unknown') AS unknown, sum(rows) FILTER (state = 'answered') AS answered,
    min(next_due) FILTER ({IS_OPEN}) AS next_due
FROM today.counts WHERE {{condition}} GROUP BY ALL"""  # noqa: S608 - our own words, and so below
_COUNTS = """
    addressee_id, arg_max(name, (times, name)) AS shown, sum(mandates)::BIGINT AS given, sum(times)::BIGINT,
    coalesce(sum(open), 0)::BIGINT, coalesce(sum(overdue), 0)::BIGINT, coalesce(sum(unknown), 0)::BIGINT,
    coalesce(sum(answered), 0)::BIGINT, min(next_due)"""
_LISTED = f"""
SELECT {_COUNTS}, count(*) OVER () FROM ({_NAMED.format(condition="addressee_id IS NOT NULL")}) GROUP BY addressee_id
HAVING contains(lower(addressee_id), $words) OR contains(lower(shown), $words)
ORDER BY given DESC, addressee_id LIMIT {PAGE_ROWS} OFFSET $skipped"""  # noqa: S608
_ONE = f"""
SELECT {_COUNTS} FROM ({_NAMED.format(condition="addressee_id = $addressee")}) GROUP BY addressee_id"""  # noqa: S608
_NAMES = f"""
SELECT coalesce(addressee_resolved, addressee) AS name, {MANDATES} AS given FROM today.counts
WHERE addressee_id = $addressee AND name IS NOT NULL GROUP BY name ORDER BY given DESC, name LIMIT 6"""  # noqa: S608
_BODIES = f"""
SELECT body, {MANDATES} AS given FROM today.counts
WHERE addressee_id = $addressee AND body IS NOT NULL GROUP BY body ORDER BY given DESC, body LIMIT 12"""  # noqa: S608
_TOTAL = f"""
SELECT {ENTRIES} FROM today.counts
WHERE addressee_id = $addressee AND list_contains($states::VARCHAR[], state)"""  # noqa: S608
# What is due comes first, the next day first; then what is past, the last first; then what has no deadline.
_MANDATES = f"""
SELECT {LEDGER} FROM today.ledger
WHERE addressee_id = $addressee AND list_contains($states::VARCHAR[], state)
ORDER BY
    CASE WHEN due_end >= current_date THEN 0 WHEN due_end IS NOT NULL THEN 1 ELSE 2 END,
    abs(date_diff('day', current_date, due_end)), published_on DESC NULLS LAST, mandate_id, occurrence
LIMIT {MANDATE_ROWS} OFFSET $skipped"""  # noqa: S608 - our own words


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody who is asked; `name` is how most documents put it.

    `mandates` counts mandates; `entries` and the states count them once for each deadline: `open` those that are to be
    done and not late, `unknown` those of which nobody knows whether they were answered. `next_due` is the next
    last day of one.
    """

    addressee_id: str
    name: str | None
    mandates: int
    entries: int
    open: int
    overdue: int
    unknown: int
    answered: int
    next_due: date | None


@dataclass(frozen=True, slots=True)
class Addressees:
    """One page of the addressees, with how many there are; those with the most mandates come first."""

    rows: tuple[Addressee, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Owed:
    """What one addressee owes, page by page, of `total` in these states.

    `names` are other ways to write the addressee, `bodies` those that ask, each with the number of mandates.
    """

    addressee: Addressee
    names: tuple[tuple[str, int], ...]
    bodies: tuple[tuple[str, int], ...]
    mandates: tuple[FoundMandate, ...]
    total: int


def addressees_page(home: Path, words: str = "", page: int = 1) -> Addressees:
    """The addressees with these words in their id or name, `PAGE_ROWS` a page; all of them without words.

    Raises:
        QueryError: there is no snapshot, or it cannot be read.
    """
    with one_look(home):
        rows = ledger_today(home, _LISTED, {"words": words.lower(), "skipped": (page - 1) * PAGE_ROWS})
    return Addressees(tuple(Addressee(*row[:-1]) for row in rows), rows[0][-1] if rows else 0)


def addressee_page(home: Path, addressee_id: str, states: Sequence[str], page: int = 1) -> Owed | None:
    """What is asked of an addressee and in one of these states; None where nobody of that id is asked for anything.

    Raises:
        QueryError: there is no snapshot, or it cannot be read.
    """
    asked = {"addressee": addressee_id}
    with one_look(home):
        found = ledger_today(home, _ONE, asked)
        if not found:
            return None
        wanted = asked | {"states": list(states)}
        ((total,),) = ledger_today(home, _TOTAL, wanted)
        rows = ledger_today(home, _MANDATES, wanted | {"skipped": (page - 1) * MANDATE_ROWS})
        return Owed(
            Addressee(*found[0]),
            tuple((name, times) for name, times in ledger_today(home, _NAMES, asked)),
            tuple((body, times) for body, times in ledger_today(home, _BODIES, asked)),
            in_words(home, rows),
            total,
        )
