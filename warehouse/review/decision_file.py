"""Decisions as a YAML file that people edit: written out whole, read back by what is new in it.

An entry that was exported carries its `id`. Left as it is, it is the decision that is recorded; edited, it is another
decision, made now; without an id it is new. `document` and `words` are there for people and are not read.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from warehouse.load.decisions import decision_id
from warehouse.review.decision import Decision, DecisionError
from warehouse.review.edited_yaml import as_text, read_yaml, write_yaml

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import duckdb

_HEAD = """\
# Decisions on tasks. To change one, edit its value and reason: that is another decision, made at the import.
# To add one, leave out id, and leave out at if it is made now. To take one back, write `value: null`. Removing an
# entry removes nothing: decisions stay on record. document and words are only shown.
# `mandates decisions --import FILE` reads it.
"""

_all = """
SELECT
    decisions.task_key, field, value, who, "at", why, coalesce(documents.symbol, documents.title), quote
FROM decisions LEFT JOIN documents USING (document_id) ORDER BY "at", recorded_at, decision_id"""
_read_keys = ("id", "task", "field", "value", "who", "at", "why")
_shown_keys = ("document", "words")


def write_decisions(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    """Write all decisions ever made into `path`, whole or not at all; how many.

    Raises:
        DecisionError: the file cannot be written.
    """
    entries = [_entry(Decision(*row[:6]), *row[6:]) for row in connection.execute(_all).fetchall()]
    write_yaml(path, _HEAD, {"decisions": entries})
    return len(entries)


def read_decisions(path: Path, now: datetime, recorded: Sequence[Decision] = ()) -> tuple[Decision, ...]:
    """The decisions in a file; those that were edited, or have no time, are made `now`.

    Of these, one that is `recorded` in the same words is that one: importing a file again adds nothing.

    Raises:
        DecisionError: it cannot be read, is not such a file, or an entry cannot be a decision; the entry is named.
    """
    tree = read_yaml(path)
    entries = tree["decisions"] if isinstance(tree, dict) and set(tree) == {"decisions"} else None
    if not isinstance(entries, list):
        raise DecisionError(f"{path}: must have one key, `decisions:`, with a list of decisions")
    known = {replace(decision, at=now): decision for decision in recorded}
    found = []
    for place, entry in enumerate(entries, 1):
        try:
            decision = _decision(entry, now)
        except (DecisionError, ValueError) as error:
            raise DecisionError(f"{path}: entry {place}: {error}") from error
        found.append(known.get(decision, decision))
    return tuple(found)


def _decision(entry: Any, now: datetime) -> Decision:
    if not isinstance(entry, dict) or not entry.keys() <= {*_read_keys, *_shown_keys}:
        raise DecisionError(f"has keys other than {', '.join((*_read_keys, *_shown_keys))}")
    if missing := {"task", "field", "value", "who", "why"} - entry.keys():
        raise DecisionError(f"is missing {', '.join(sorted(missing))}")
    at = now if entry.get("at") is None else _time(entry["at"])
    task, field, who, why = (_text(entry, name) or "" for name in ("task", "field", "who", "why"))
    found = Decision(task, field, _text(entry, "value"), who, at, why)
    if entry.get("id") not in {None, decision_id(found)}:
        found = replace(found, at=now)
    return found.checked()


def _time(value: Any) -> datetime:
    """A time as YAML gives it: one without a zone is in UTC, a day begins at midnight."""
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    time = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)


def _text(entry: dict[str, Any], name: str) -> str | None:
    return None if entry[name] is None else as_text(name, entry[name])


def _entry(decision: Decision, document: str | None, words: str | None) -> dict[str, str | None]:
    return {
        "id": decision_id(decision),
        "task": decision.task_key,
        "document": document,
        "words": " ".join(words.split()) if words else None,
        "field": decision.field,
        "value": decision.value,
        "who": decision.who,
        "at": decision.at.astimezone(UTC).isoformat(),
        "why": decision.why,
    }
