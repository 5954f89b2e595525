"""The mandates that a matrix or a brief shows: those of the ledger that filters let through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.findings.finding import Deadline
from warehouse.model import WarehouseError
from warehouse.query.filters import NEXT_EXPECTED, condition
from warehouse.query.queries import query

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from warehouse.query.filters import Filters

# A session of a large body gives some 2,000 mandates. A sheet of this many is 4 MB, and nobody reads a longer one.
MOST_ROWS = 10_000


class MatrixError(WarehouseError):
    """A matrix that cannot be made, or a sheet that cannot be read."""


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One task, or one occurrence of a task that is asked for several times, as it is known and decided today.

    `page` counts from 1. `reason` is why the ledger has the state, and the evidence the document that shows it, such as
    the report that answers. `responsible`, `status` and `note` are people's.
    """

    due: Deadline
    task_key: str
    document_id: str
    symbol: str | None
    title: str
    body: str | None
    session: int | None
    kind: str
    language: str | None
    published_on: date | None
    published_precision: str | None
    url: str
    number: str | None
    page: int | None
    quote: str
    type: str
    addressee: str | None
    addressee_id: str | None
    addressee_resolved: str | None
    agenda_item: str | None
    agenda_title: str | None
    deliverable: str | None
    state: str
    since: date | None
    rule: str | None
    reason: str | None
    evidence_symbol: str | None
    evidence_title: str | None
    evidence_url: str | None
    evidence_on: date | None
    responsible: str | None
    status: str | None
    note: str | None

    @property
    def document(self) -> str:
        """What people call the document: its symbol, else its title."""
        return self.symbol or self.title

    @property
    def evidence(self) -> str | None:
        """What people call the document that shows the state; None where there is none."""
        return self.evidence_symbol or self.evidence_title


_ROWS = """
SELECT
    ledger.due, ledger.due_start, ledger.due_end, ledger.due_basis, ledger.due_sense, ledger.task_key,
    ledger.document_id, ledger.symbol, ledger.title, ledger.body, ledger.session, ledger.kind, documents.language,
    ledger.published_on, documents.published_precision, ledger.url, ledger.number, ledger.page, ledger.quote,
    ledger.type, ledger.addressee, ledger.addressee_id, ledger.addressee_resolved, ledger.agenda_item,
    ledger.agenda_title, ledger.deliverable, ledger.state, ledger.since, ledger.rule, ledger.note,
    ledger.evidence_symbol, ledger.evidence_title, ledger.evidence_url, ledger.evidence_on, ledger.responsible,
    ledger.status, ledger.remark
FROM ledger JOIN documents USING (document_id)
WHERE {condition}
QUALIFY {next_expected}
ORDER BY ledger.document_id, ledger.page, ledger.mandate_id, ledger.occurrence
LIMIT {limit}"""


def select(home: Path, filters: Filters, *, mandate_ids: Sequence[str] | None = None) -> tuple[MatrixRow, ...]:
    """The mandates of the published snapshot that the filters let through, in the order of their documents.

    Only those of these mandates, where given.

    Raises:
        MatrixError: there are more than `MOST_ROWS`.
        QueryError: there is no snapshot, or it cannot be read.
    """
    wanted = condition(filters, mandate_ids=mandate_ids)
    sql = _ROWS.format(condition=wanted.sql, next_expected=NEXT_EXPECTED, limit=MOST_ROWS + 1)
    rows = query(home, sql, wanted.values or None).rows
    if len(rows) > MOST_ROWS:
        raise MatrixError(f"more than {MOST_ROWS:,} mandates; ask for fewer, such as one session of one body")
    return tuple(MatrixRow(Deadline(*row[:5]), *row[5:]) for row in rows)
