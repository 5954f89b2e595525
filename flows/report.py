"""What a run did, in the words of people: one headline, one table of publications, their mandates and alerts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from scrapers.publication import Harvest
    from warehouse.model import Finding


@dataclass(frozen=True, slots=True)
class Row:
    """One finding as a line of the table."""

    document: str
    what: str
    who: str
    by_when: str


def headline(findings: Sequence[Finding], harvests: Sequence[Harvest]) -> str:
    """One sentence: what was found, and which sources failed."""
    counts = Counter(finding.kind for finding in findings)
    found = ", ".join(
        f"{counts[kind]} {one if counts[kind] == 1 else many}"
        for kind, one, many in (
            ("new_document", "new publication", "new publications"),
            ("new_mandate", "new mandate", "new mandates"),
            ("changed_clause", "changed clause", "changed clauses"),
            ("draft_adopted", "draft adopted", "drafts adopted"),
            ("corrigendum", "corrigendum", "corrigenda"),
            ("mandate_answered", "mandate answered", "mandates answered"),
        )
        if counts[kind]
    )
    failed = [harvest.source_id for harvest in harvests if harvest.outcome == "failed"]
    asked = f"{len(harvests)} source{'' if len(harvests) == 1 else 's'} asked: {found or 'nothing new'}"
    return asked + (f"; failed: {', '.join(failed)}" if failed else "")
