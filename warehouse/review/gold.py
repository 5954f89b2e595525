"""What people decided, as texts and labels to measure the analysis with: one JSON file a document beside its text.

    DIR/texts/NAME.txt      the text, byte for byte as offsets count it
    DIR/gold/NAME.json      {"name", "file", "symbol", "title", "kind", "stage", "adopted_on", "clauses": [...]}

Labels are the reading as people decided it. A clause that somebody should look at and nobody has is marked `debatable`,
so that a measurement leaves it out.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from warehouse.review.decision import FATES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import duckdb

_DOCUMENTS = """
SELECT documents.document_id, version_id, symbol, title, body, kind, stage, documents.language, published_on,
    published_origin, text, preamble
FROM documents
JOIN current_versions USING (document_id)
JOIN versions USING (document_id, version_id)
LEFT JOIN analyses USING (version_id)
WHERE documents.document_id IN (
    SELECT document_id FROM current_decisions WHERE value IS NOT NULL AND NOT list_contains($fates, field)
)
ORDER BY documents.document_id"""

_CLAUSES = """
SELECT
    number, "start", "end", verb, is_mandate, type, addressee, agenda_item, len(review) > 0 AS is_doubtful, clause_key,
    coalesce(asked.tasks, []) AS tasks
FROM clauses
LEFT JOIN (
    SELECT
        clause_id,
        list({'key': task_key, 'verb': verb, 'type': type, 'addressee': addressee, 'dues': dues} ORDER BY mandate_id)
            AS tasks
    FROM mandates WHERE version_id = $version GROUP BY clause_id
) AS asked USING (clause_id)
WHERE version_id = $version ORDER BY position"""

_DECIDED = """
SELECT task_key, is_mandate, type, addressee, due_start, due_end, no_due, fields FROM decided
WHERE task_key IN (
    SELECT task_key FROM current_decisions
    WHERE document_id = $document AND value IS NOT NULL AND NOT list_contains($fates, field)
)"""


def export_gold(connection: duckdb.DuckDBPyConnection, folder: Path) -> int:
    """Write every document that somebody decided something about; how many.

    Raises:
        OSError: the folder cannot be written.
    """
    texts, gold = folder / "texts", folder / "gold"
    for each in (texts, gold):
        each.mkdir(parents=True, exist_ok=True)
    fates = {"fates": sorted(FATES)}
    rows = _named(connection, _DOCUMENTS, fates)
    for row in rows:
        label = re.sub(r"[^a-z0-9]+", "_", (row["symbol"] or row["title"]).lower()).strip("_")[:60]
        name = f"{label}_{row['document_id'][:8]}"
        decided = {
            each["task_key"]: each for each in _named(connection, _DECIDED, fates | {"document": row["document_id"]})
        }
        clauses = _named(connection, _CLAUSES, {"version": row["version_id"]})
        labels = {
            "name": name,
            "file": f"{name}.txt",
            **{field: row[field] for field in ("body", "symbol", "title", "kind", "stage", "language")},
            "adopted_on": str(row["published_on"]) if row["published_origin"] == "document" else None,
            "operative_start": clauses[0]["start"] if clauses else None,
            "preamble": [[span["start"], span["end"]] for span in row["preamble"] or ()],
            "clauses": [_clause(clause, decided) for clause in clauses],
        }
        with (texts / f"{name}.txt").open("w", encoding="utf-8", newline="") as file:
            file.write(row["text"])
        (gold / f"{name}.json").write_text(json.dumps(labels, ensure_ascii=False, indent=1), encoding="utf-8")
    return len(rows)


def _clause(clause: dict[str, Any], decided: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The labels of a clause: those of its strongest task that nobody rejected, else of the clause itself."""
    tasks = [task for task in clause["tasks"] if decided.get(task["key"], {}).get("is_mandate") != "no"]
    strongest = next((task for task in tasks if task["type"] == clause["type"]), tasks[0] if tasks else None)
    said = decided.get(strongest["key"] if strongest else clause["clause_key"], {})
    is_mandate = bool(tasks) or said.get("is_mandate") == "yes"
    dues = strongest["dues"] if strongest else []
    labels: dict[str, Any] = {
        **{field: clause[field] for field in ("number", "start", "end", "verb", "agenda_item")},
        "is_mandate": is_mandate,
        "type": said.get("type") or (strongest or clause)["type"],
        "addressee": said.get("addressee") or (strongest or clause)["addressee"],
        "due": None,
    }
    debatable = []
    if clause["tasks"] and not is_mandate and "type" not in said:
        # It was decided that this is not a mandate, but not what it is.
        labels["type"] = "exhortation"
        debatable.append("type")
    if strongest:
        labels["mandate_verb"] = strongest["verb"]
    labels |= _due(said, dues)
    if said.get("due_end") and not dues:
        debatable.append("due")  # the days were decided, the words were not
    keys = [clause["clause_key"], *(task["key"] for task in clause["tasks"])]
    if clause["is_doubtful"] and not any(key in decided for key in keys):
        labels["debatable"] = True
    return labels | ({"debatable_fields": debatable} if debatable else {})


def _due(said: dict[str, Any], dues: Sequence[dict[str, Any]]) -> dict[str, Any]:
    if said.get("no_due") or not (dues or said.get("due_end")):
        return {}
    first = dues[0] if dues else {"quote": None, "due_start": None, "due_end": None}
    last = said.get("due_end") or first["due_end"]
    start = (said.get("due_start") or last) if said.get("due_end") else first["due_start"]
    days = {"due_start": str(start or last), "due_end": str(last)} if last else {}
    more = {"due_all": [due["quote"] for due in dues[1:]]} if len(dues) > 1 else {}
    return {"due": first["quote"], **days, **more}


def _named(connection: duckdb.DuckDBPyConnection, sql: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    found = connection.execute(sql, values)
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
