"""All links between acts and their clauses again, for a home whose documents were recorded before there were any."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from warehouse.links.relations import relate_again
from warehouse.store.database import transaction

if TYPE_CHECKING:
    from datetime import datetime

    import duckdb

log = logging.getLogger(__name__)

# Documents linked in one transaction.
LINKED_TOGETHER = 500
# What documents state of each other has a score of one and stays.
_FORMER = (
    "DELETE FROM relations WHERE relation IN ('renews', 'draft_of') AND score < 1",
    "DELETE FROM clause_links",
    "UPDATE acts SET renews = NULL WHERE renews IS NOT NULL",
)
_ALL = """
SELECT document_id FROM documents WHERE kind IN ('resolution', 'decision')
UNION
SELECT to_document FROM relations WHERE relation = 'corrects' AND from_document IS NOT NULL AND to_document IS NOT NULL
ORDER BY ALL"""


def link_all(connection: duckdb.DuckDBPyConnection, now: datetime) -> int:
    """Work out all links again, in short transactions; how many documents were looked at. Nobody is notified.

    It can be run again after any end, and gives the same.
    """
    with transaction(connection):
        for statement in _FORMER:
            connection.execute(statement)
    documents = [row[0] for row in connection.execute(_ALL).fetchall()]
    for place in range(0, len(documents), LINKED_TOGETHER):
        with transaction(connection):
            relate_again(connection, documents[place : place + LINKED_TOGETHER], now)
        log.info("linked %d of %d documents", min(place + LINKED_TOGETHER, len(documents)), len(documents))
    return len(documents)
