"""Uncertain readings as a YAML file in which a person decides: written out, read back as decisions.

An entry whose `verdict` is empty is left for later. The file has each reading beside another possible one,
so that nothing else is needed to work through it but the documents.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from warehouse.review.decision import Decision, DecisionError
from warehouse.review.edited_yaml import read_yaml, write_yaml
from warehouse.review.verdicts import decisions_by

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from warehouse.review.uncertain import Uncertain

_HEAD = """\
# What somebody should check, the least certain first. Write your name or your desk after `who`, and one of these after
# `verdict`; leave it empty to decide later.
#   confirm   it is right as read; of a text: somebody has looked at the document; of the ledger: it was done
#   reject    it is not a mandate; of a decision: take it back; of the ledger: nobody expects it any more
#   correct   the fields under `right` are right: is_mandate (yes, no), type, addressee, addressee_id, due_start,
#             due_end (days as 2027-05-01, or none), deliverable, state (open, done, dropped)
# `why` is kept with the decision, and is part of the message to those who were notified of something else.
# `mandates review --apply FILE` records it; applying a file twice adds nothing.
"""
_ENTRY = (
    "key", "what", "document", "link", "where", "words", "reason", "confidence", "read_as", "otherwise", "field",
    "value", "verdict", "right", "why",
)  # fmt: skip


def write_review(items: Sequence[Uncertain], path: Path) -> None:
    """Write these into `path`, whole or not at all.

    Raises:
        DecisionError: the file cannot be written.
    """
    write_yaml(path, _HEAD, {"who": None, "items": [_entry(item) for item in items]})


def read_review(path: Path, now: datetime, recorded: Sequence[Decision] = ()) -> tuple[Decision, ...]:
    """The decisions that a file makes `now`, without those that are `recorded` in the same words.

    Raises:
        DecisionError: it cannot be read, is not such a file, or an entry decides what cannot be; the entry is named.
    """
    tree = read_yaml(path)
    if not isinstance(tree, dict) or set(tree) != {"who", "items"} or not isinstance(tree["items"], list):
        raise DecisionError(f"{path}: needs `who:` and `items:`, as `mandates review --out FILE` writes them")
    known = {replace(decision, at=now) for decision in recorded}
    found: list[Decision] = []
    for place, entry in enumerate(tree["items"], 1):
        try:
            found += _decisions(entry, tree["who"], now)
        except DecisionError as error:
            raise DecisionError(f"{path}: entry {place}: {error}") from error
    return tuple(decision for decision in found if decision not in known)


def _decisions(entry: Any, who: Any, now: datetime) -> tuple[Decision, ...]:
    if not isinstance(entry, dict) or not entry.keys() <= set(_ENTRY):
        raise DecisionError(f"has keys other than {', '.join(_ENTRY)}")
    verdict, right = entry.get("verdict"), entry.get("right")
    if verdict is not None:
        return decisions_by(entry, verdict, right, who=who, now=now, why=str(entry.get("why") or ""))
    if right:
        raise DecisionError("has `right` without `verdict: correct`")
    return ()


def _entry(item: Uncertain) -> dict[str, Any]:
    shown = {
        "key": item.key,
        "what": item.what,
        "document": item.document,
        "link": item.url,
        "where": item.place,
        "words": item.words,
        "reason": item.reason,
        "confidence": item.confidence,
        "read_as": item.read_as,
        "otherwise": item.otherwise,
        "field": item.field,
        "value": item.value,
    }
    said = {name: value for name, value in shown.items() if value is not None}
    return said | {"verdict": None, "right": {}, "why": None}
