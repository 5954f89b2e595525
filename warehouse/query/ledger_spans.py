"""What the accounts of tasks say of today.

An account (`ledger_tasks`) has the occurrences of a task, and the states of each, those to come included. The views
`ledger` and `ledger_history` read the accounts alike, but join the words of all mandates first, which takes more time
and memory than a page has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# The states of today first, as a task has more states than occurrences.
_SPANS = """
SELECT {columns}, span, unnest(list_filter(occurrences, lambda asked: asked.number = span.occurrence{due})) AS asked
FROM (
    SELECT {columns}, occurrences, unnest(list_filter(states, lambda span:
        coalesce(span.since <= current_date, true) AND coalesce(span.until > current_date, true){states})) AS span
    FROM ledger_tasks WHERE {condition})"""

# Overdue is said only where a source that would show the answer was watched from the last day on.
WATCHED_TODAY = """
SELECT type, parent, min(since) AS since FROM answers_watched WHERE until >= current_date GROUP BY type, parent"""


def spans_today(columns: str, condition: str = "true", *, due: str | None = None, states: Sequence[str] = ()) -> str:
    """A query of the state of each occurrence today: these columns of the accounts, `asked` and `span`.

    `due` is a condition on the last day of its deadline, `states` are those that are wanted where not all are.
    """
    return _SPANS.format(
        columns=columns,
        condition=condition,
        due=f" AND asked.due_end {due}" if due else "",
        states=f" AND span.state IN ({', '.join(map(repr, states))})" if states else "",
    )
