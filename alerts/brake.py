"""The brake: more new mandates at once than a person would believe wait for an operator's yes.

A site that was rebuilt, a listing that shows its archive, or a better reader can make a hundred mandates "new" in a
minute. What was sent before the limit was passed is sent; all that comes after it from the same cause is held.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from warehouse.findings.finding import BY_A_NEWER_READER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from warehouse.findings.finding import Finding

# Where mandates are held, the documents that hold them are, too. Reminders and corrections are counted elsewhere.
_HELD = frozenset({
    "new_document", "new_mandate", "changed_clause", "draft_adopted", "corrigendum", "mandate_answered",
    "mandate_renewed", "mandate_dropped",
})  # fmt: skip


class Brake:
    """Counts a run's new mandates by what brought them; `most` None never holds anything."""

    def __init__(self, most: int | None) -> None:
        self._most = most
        self._counts: Counter[str] = Counter()

    def count(self, findings: Sequence[Finding]) -> None:
        """Take these findings of the run into account."""
        self._counts.update(cause for each in findings if each.kind == "new_mandate" for cause in _causes(each))

    def reason(self, finding: Finding) -> str | None:
        """Why alerts about this finding are held; None where they are not."""
        if self._most is None or finding.kind not in _HELD:
            return None
        cause = next((cause for cause in _causes(finding) if self._counts[cause] > self._most), None)
        return f"more than {self._most} new mandates {cause} in one run" if cause is not None else None


def _causes(finding: Finding) -> Iterator[str]:
    """What brought a finding; a first crawl has a switch of its own."""
    if finding.baseline:
        return
    if finding.note in BY_A_NEWER_READER:
        yield "found by a newer reader"
        return
    yield from (f"from {source}" for source in finding.document.sources)
