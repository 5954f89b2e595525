"""The counts that pages and commands share; docs/counting.md says what each word counts.

A *mandate* is a task of a text that is not a draft, counted once however many deadlines it has. A *proposed* mandate is
a task of the current text of a draft. An *entry* is a row of the ledger: a mandate with one of its deadlines, or
without any; states are those of entries.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.query.kept import Kept
from warehouse.query.lending import edition
from warehouse.query.queries import query

if TYPE_CHECKING:
    from pathlib import Path

DRAFT_STAGES = ("preliminary_draft", "draft")
# Of rows of `today.counts`, which has the numbers of those that are alike.
MANDATES = "coalesce(sum(mandates), 0)::BIGINT"
ENTRIES = "coalesce(sum(rows), 0)::BIGINT"

# What people decided of one field, by the name that the task has today; null where it was taken back.
DECIDED = """
SELECT coalesce(key_aliases.new, decisions.task_key) AS task_key,
    arg_max_null(value, ("at", recorded_at, decision_id)) AS value
FROM decisions LEFT JOIN key_aliases ON key_aliases.old = decisions.task_key WHERE field = '{field}' GROUP BY 1"""
NO_MANDATE = f"SELECT task_key FROM ({DECIDED.format(field='is_mandate')}) WHERE value = 'no'"  # noqa: S608 - our own words, and so below
_RECORDED = f"SELECT count(*) FROM ledger_tasks WHERE task_key NOT IN ({NO_MANDATE})"  # noqa: S608
_PROPOSED = f"""
WITH drafts AS (
    SELECT document_id, body FROM documents
    WHERE list_contains($stages::VARCHAR[], stage)
        AND ($body IS NULL OR body = $body OR starts_with(body, $body || '-'))
), newest AS (
    SELECT document_id, arg_max(version_id, (last_seen, first_seen, version_id)) AS version_id FROM sightings
    WHERE version_id IS NOT NULL AND document_id IN (SELECT document_id FROM drafts) GROUP BY document_id
)
SELECT body, count(*) FROM mandates JOIN newest USING (document_id, version_id) JOIN drafts USING (document_id)
WHERE task_key NOT IN ({NO_MANDATE}) GROUP BY body"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Counted:
    """How many mandates are recorded, and how many more are proposed in drafts."""

    mandates: int
    proposed: int


# Of two million mandates they take 60 ms, each time that somebody looks at the health page.
_counts: Kept[Counted] = Kept(4)


def counted(home: Path) -> Counted:
    """The mandates of all bodies, and of documents without one; worked out once for a snapshot.

    Raises:
        QueryError: there is no snapshot, or it cannot be read; so do the others.
    """

    def count() -> Counted:
        ((mandates,),) = query(home, _RECORDED).rows
        return Counted(mandates, sum(proposed(home).values()))

    return _counts.get((home, edition(home)), count)


def proposed(home: Path, body: str | None = None) -> dict[str | None, int]:
    """How many mandates the drafts of each body propose; of one body and its organs alone, if it is named."""
    asked = {"stages": list(DRAFT_STAGES), "body": body}
    return dict(query(home, _PROPOSED, asked).rows)


def is_draft(stage: str | None) -> bool:
    """Whether what a document of that stage asks for is only proposed."""
    return stage in DRAFT_STAGES
