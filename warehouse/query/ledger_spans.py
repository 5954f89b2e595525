"""What the accounts of tasks say of today.

An account (`ledger_tasks`) has the occurrences of a task, and the states of each, those to come included. The views
`ledger` and `ledger_history` read the accounts alike, but join the words of all mandates first, which takes more time
and memory than a page has.
"""

from __future__ import annotations

_SPANS = """
SELECT {columns}, asked, unnest(list_filter(states, lambda span:
    span.occurrence = asked.number AND coalesce(span.since <= current_date, true)
    AND coalesce(span.until > current_date, true))) AS span
FROM (SELECT {columns}, states, unnest({occurrences}) AS asked FROM ledger_tasks WHERE {condition})"""

# Overdue is said only where a source that would show the answer was watched from the last day on.
WATCHED_TODAY = """
SELECT type, parent, min(since) AS since FROM answers_watched WHERE until >= current_date GROUP BY type, parent"""


def spans_today(columns: str, condition: str = "true", *, due: str | None = None) -> str:
    """A query of the state of each occurrence today: these columns of the accounts, `asked` and `span`.

    `due` is a condition on the last day of its deadline.
    """
    occurrences = f"list_filter(occurrences, lambda asked: asked.due_end {due})" if due else "occurrences"
    return _SPANS.format(columns=columns, occurrences=occurrences, condition=condition)
