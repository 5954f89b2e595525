"""What a run found, line by line: the tasks of each document, or what else is new about it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from alerts.figures import rejoined, says_only
from alerts.frame import frame
from alerts.naming import sort_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alerts.model import DispatchRow
    from warehouse.findings.finding import Deadline, Finding

KINDS = (
    ("new_document", "new publication", "new publications"),
    ("new_mandate", "new mandate", "new mandates"),
    ("proposed_mandate", "mandate proposed in a draft", "mandates proposed in drafts"),
    ("changed_clause", "changed clause", "changed clauses"),
    ("draft_adopted", "draft adopted", "drafts adopted"),
    ("corrigendum", "corrigendum", "corrigenda"),
    ("mandate_answered", "mandate answered", "mandates answered"),
    ("mandate_due", "mandate due", "mandates due"),
    ("mandate_overdue", "mandate overdue", "mandates overdue"),
    ("unwatched_mandate", "due date passed, answer not watched", "due dates passed, answers not watched"),
    ("mandate_renewed", "mandate renewed with changed wording", "mandates renewed with changed wording"),
    ("mandate_dropped", "earlier mandate dropped", "earlier mandates dropped"),
    ("item_unreadable", "publication that could not be read", "publications that could not be read"),
    ("reading_incomplete", "publication that could not be read in full", "publications that could not be read in full"),
    ("source_state", "source changed state", "sources changed state"),
)
_ONE = {kind: one for kind, one, _ in KINDS}
# Kinds whose words are a clause's, and what comes before them; the others are about the document as a whole.
_OF_A_CLAUSE = {
    "new_mandate": "",
    "changed_clause": "changed: ",
    "corrigendum": "corrected: ",
    "mandate_answered": "answered: ",
    "mandate_due": "due: ",
    "mandate_overdue": "overdue: ",
    "mandate_renewed": "renewed with changed wording: ",
    "mandate_dropped": "dropped: ",
}
_MARKS = {"sent": "✓", "failed": "will retry", "dead": "given up", "uncertain": "uncertain", "pending": "pending"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: a mandate (or another finding) of a document."""

    document: str
    what: str
    who: str
    by_when: str
    notified: str


def alerts_of(rows: Sequence[DispatchRow]) -> Mapping[str, str]:
    """finding_id → where its alerts went."""
    places: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        for finding_id in row.findings:
            places[finding_id].append(f"{row.target} {_MARKS.get(row.state, row.state)}")
    return {finding_id: ", ".join(dict.fromkeys(where)) for finding_id, where in places.items()}


def by_document(findings: Sequence[Finding], notified: Mapping[str, str]) -> Mapping[str, list[Line]]:
    """The lines of each document; its mandates, or one line that says what else is new about it.

    What is due soonest comes first, then what asks for something without a day, then the rest, the newest first.
    """
    documents: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        documents[finding.document.document_id].append(finding)
    ordered = sorted(documents.items(), key=lambda document: _urgency(document[1]))
    return {name: list(_lines(about, notified)) for name, about in ordered}


def _urgency(about: Sequence[Finding]) -> tuple[date, bool, int]:
    adopted = [finding for finding in about if sort_of(finding) != "proposed_mandate"]
    dues = [(due.last, finding.found_at.date()) for finding in adopted for due in finding.deadlines]
    ahead = [last for last, today in dues if last and last >= today]
    published = max(
        (finding.document.published_on.toordinal() for finding in about if finding.document.published_on), default=0
    )
    return min(ahead, default=date.max), not any(finding.clause.quote for finding in adopted), -published


def _lines(about: Sequence[Finding], notified: Mapping[str, str]) -> Iterator[Line]:
    first = about[0]
    stage = (
        f"({first.document.stage.replace('_', ' ')})"
        if first.document.stage in {"draft", "preliminary_draft"}
        else None
    )
    name = " ".join(filter(None, [first.document.symbol, first.document.topic, stage]))
    clauses = [finding for finding in about if finding.kind in _OF_A_CLAUSE]
    if not clauses:
        what = "; ".join(dict.fromkeys(_of_document(finding) for finding in about))
        yield Line(
            name, f"({what})", "", "", next((notified[f.finding_id] for f in about if f.finding_id in notified), "")
        )
    for finding in clauses:
        yield Line(
            name,
            _OF_A_CLAUSE[finding.kind] + _shortened(" ".join((finding.clause.quote or finding.note or "").split())),
            rejoined(finding.clause.addressee or ""),
            "; ".join(filter(None, (_by_when(due, first.document.language) for due in finding.deadlines))),
            notified.get(finding.finding_id, ""),
        )


def _of_document(finding: Finding) -> str:
    if finding.kind == "item_unreadable":
        return f"could not be read: {finding.note}"
    return finding.note or _ONE[finding.kind]


def _by_when(due: Deadline, language: str | None) -> str:
    days = [day for day in dict.fromkeys((due.first, due.last)) if day]
    inferred = ", inferred" if due.basis == "inferred" else ""
    when = " – ".join(f"{day:%-d %b %Y}" for day in days)
    words = rejoined(due.words or "")
    if len(days) == 1 and says_only(words, days[0], frame(language or "en").months):
        words = ""
    return f"{words} ({when}{inferred})" if words and when else words or when


def _shortened(text: str, most: int = 160) -> str:
    return text if len(text) <= most else text[: most - 2].rsplit(" ", 1)[0] + " …"
