"""Which mandates go into a calendar or a feed: those of the ledger that a filter lets through."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.query.filters import condition

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    import duckdb

    from warehouse.query.filters import Filters

# Of our own making; whatever is named below it is named the same in every installation.
_NAMES = uuid.UUID("5f0c2c0e-6f0a-5c5e-9d0b-7a1f6b1f0d55")
# What is asked for no longer, or was done.
CLOSED = frozenset({"answered", "renewed", "superseded", "withdrawn"})
# Control characters (but the line feed and the tab), surrogates and non-characters have no place in either format.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

_ROWS = """
SELECT
    coalesce(named.first_name, ledger.task_key), ledger.task_key, occurrence, ledger.mandate_id, ledger.symbol,
    ledger.title, ledger.body, ledger.kind, ledger.published_on, ledger.number, ledger.quote, ledger.type,
    ledger.addressee, ledger.deliverable, coalesce(ledger.agenda_title, ledger.agenda_item), ledger.due,
    ledger.due_start, ledger.due_end, ledger.due_basis, ledger.is_expected, ledger.state, ledger.note,
    coalesce(ledger.answered_by_symbol, ledger.answered_by_title), ledger.responsible, ledger.url,
    documents.first_seen, ledger.known_at
FROM ledger JOIN documents USING (document_id)
LEFT JOIN (
    SELECT new, arg_min(old, (since, old)) AS first_name FROM key_aliases GROUP BY new
) AS named ON named.new = ledger.task_key
WHERE {condition}
ORDER BY documents.first_seen DESC, ledger.document_id, ledger.number, ledger.task_key, occurrence"""


@dataclass(frozen=True, slots=True)
class Task:
    """One occurrence of a task in the ledger. `name` is the first name that the task ever had, in the warehouse.

    `known_at` is when its account became what it is (UTC).
    """

    name: str
    task_key: str
    occurrence: int
    mandate_id: str
    symbol: str | None
    title: str
    body: str | None
    kind: str
    published_on: date | None
    number: str | None
    quote: str
    type: str
    addressee: str | None
    deliverable: str | None
    agenda_item: str | None
    due: str | None
    due_start: date | None
    due_end: date | None
    due_basis: str
    is_expected: bool
    state: str
    note: str | None
    answered_by: str | None
    responsible: str | None
    url: str
    first_seen: datetime
    known_at: datetime

    @property
    def place(self) -> str:
        """Where it is asked for: symbol or title, and the clause."""
        place = self.symbol or self.title
        return f"{place}, {self.number}" if self.number else place

    @property
    def subject(self) -> str:
        """Who is to do what, and where that is asked for, in one line."""
        if self.type == "agenda_placement":
            return " ".join(f"On the agenda: {self.agenda_item or self.title} ({self.place})".split())
        what = self.deliverable or self.type.replace("_", " ")
        words = f"{self.addressee}: {what} ({self.place})" if self.addressee else f"{what} ({self.place})"
        return " ".join(words.split())

    @property
    def is_closed(self) -> bool:
        """Whether nothing is to be done any more."""
        return self.state in CLOSED

    @property
    def is_announced(self) -> bool:
        """Whether its last day was written or announced, and does not follow from a pace or a rule."""
        return not self.is_expected and self.due_basis != "inferred"

    @property
    def words(self) -> str:
        """What people should know of it, in a few lines. Changes only when something happened."""
        lines = [self.quote, ""]
        if self.due_end is not None:
            first = f"{self.due_start:%-d %B %Y} to " if self.due_start and self.due_start != self.due_end else ""
            expected = ", expected" if self.is_expected else ""
            lines.append(f"Due: {first}{self.due_end:%-d %B %Y} ({self.due_basis}{expected})")
        if self.due:
            lines.append(f"In its words: {' '.join(self.due.split())}")
        # That the day is near is no news to a calendar.
        lines.append(f"State: {'open' if self.state == 'due_soon' else self.state.replace('_', ' ')}")
        if self.responsible:
            lines.append(f"Responsible: {self.responsible}")
        if self.answered_by:
            lines.append(f"Answered by: {self.answered_by}")
        elif self.note and self.state != "due_soon":
            lines.append(f"Note: {self.note}")
        return "\n".join([*lines, f"Key: {self.task_key}"])


def chosen(
    connection: duckdb.DuckDBPyConnection,
    filters: Filters,
    *,
    mandate_ids: Sequence[str] | None = None,
    limit: int | None = None,
) -> list[Task]:
    """The tasks that the filters let through, those recorded last first: `limit` at most.

    Only those of these mandates, where given.
    """
    wanted = condition(filters, mandate_ids=mandate_ids)
    sql = _ROWS.format(condition=wanted.sql) + (f"\nLIMIT {limit:d}" if limit is not None else "")
    return [Task(*row) for row in connection.execute(sql, wanted.values).fetchall()]


def lasting_id(*names: object) -> uuid.UUID:
    """The same id for the same names, always and everywhere."""
    return uuid.uuid5(_NAMES, "\n".join(map(str, names)))


def writable(words: str) -> str:
    """Words without the characters that neither XML nor iCalendar can hold."""
    return _UNWRITABLE.sub("", words.replace("\r\n", "\n").replace("\r", "\n"))
