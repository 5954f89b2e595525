"""Short names of tasks, for people to read in a message and to type: "3f2a9c1d4b7e-request-1".

A task's key is made of a hash, a lemma and a number, with colons between them: long, and Slack would draw `:request:`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.review.decision import DecisionError

if TYPE_CHECKING:
    import duckdb

# A million clauses have one chance in five hundred that two of them share so much of a key.
_SHOWN = 12
_FEWEST = 4
_MOST_LISTED = 5

# Every name that a task ever had, and the one that it has today. A clause has a name here where a person decided that
# it is a mandate.
_NAMED = """
SELECT DISTINCT name, coalesce(key_aliases.new, name) FROM (
    SELECT task_key AS name FROM mandates
    UNION SELECT old FROM key_aliases WHERE contains(old, ':')
    UNION SELECT task_key FROM decisions WHERE field = 'is_mandate'
) LEFT JOIN key_aliases ON key_aliases.old = name
WHERE starts_with(name, $beginning) ORDER BY ALL"""
_SHOWN_AS = """
SELECT coalesce(symbol, title), quote FROM (
    SELECT document_id, task_key, quote FROM mandates UNION ALL SELECT document_id, clause_key, display FROM clauses
) JOIN documents USING (document_id) WHERE task_key = $key LIMIT 1"""


@dataclass(frozen=True, slots=True)
class Task:
    """A task as a person recognises it; `document` is its document's symbol, else its title."""

    key: str
    document: str
    quote: str


class UnknownTaskError(DecisionError):
    """No task, or more than one, has a key that begins so; `beginning`."""

    def __init__(self, beginning: str, found: list[Task]) -> None:
        if len(_parts(beginning.strip())[0]) < _FEWEST:
            problem = f"is too short; write at least {_FEWEST} letters of a key"
        elif not found:
            problem = "no recorded task has a key that begins so; each message gives the key of its mandates"
        else:
            listed = (f"  {short_name(each.key)}  {each.document}: {each.quote[:100]}" for each in found[:_MOST_LISTED])
            problem = "\n".join([f"{len(found)} tasks have a key that begins so; write more of it:", *listed])
        super().__init__(f"{beginning!r}: {problem}")
        self.beginning = beginning


def short_name(task_key: str) -> str:
    """The name of a task in messages: the beginning of its hash, and all that follows it."""
    head, rest = _parts(task_key)
    return "-".join(filter(None, (head[:_SHOWN], rest)))


def task_named(connection: duckdb.DuckDBPyConnection, name: str) -> Task:
    """The task that has this key, or the only one whose key begins so, by the key that it has today.

    Raises:
        UnknownTaskError: it fits none or several.
    """
    head, rest = _parts(name.strip())
    if not re.fullmatch(rf"[0-9a-f]{{{_FEWEST},}}", head):
        raise UnknownTaskError(name, [])
    named = [(_parts(former)[1], key) for former, key in connection.execute(_NAMED, {"beginning": head}).fetchall()]
    exact = {key for ending, key in named if rest and ending == rest}
    keys = sorted(exact or {key for ending, key in named if ending.startswith(rest)})
    if len(keys) != 1:
        raise UnknownTaskError(name, [_task(connection, key) for key in keys])
    return _task(connection, keys[0])


def _task(connection: duckdb.DuckDBPyConnection, key: str) -> Task:
    found = connection.execute(_SHOWN_AS, {"key": key}).fetchone()
    document, quote = found or ("", "")
    return Task(key, document, " ".join(quote.split()))


def _parts(name: str) -> tuple[str, str]:
    """The hash, and the rest with hyphens, of a key or of a short name."""
    head, *rest = (part for part in re.split("[:-]", name) if part) if name.strip(":-") else ("",)
    return head, "-".join(rest)


def in_force(connection: duckdb.DuckDBPyConnection, key: str, field: str) -> bool:
    """Whether people decided this about a task and did not take it back."""
    found = connection.execute(
        "SELECT 1 FROM current_decisions WHERE task_key = $key AND field = $field AND value IS NOT NULL",
        {"key": key, "field": field},
    )
    return found.fetchone() is not None
