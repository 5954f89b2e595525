"""What a run did, in the words of people: one headline, one table of publications, their mandates and their alerts."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from alerts.escape import markdown
from alerts.figures import counted, rejoined, says_only
from alerts.frame import frame
from alerts.naming import sort_of
from flows.aftermath import silent_line, waiting_lines
from flows.console import visible
from flows.table import NARROWEST, short_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alerts.model import DispatchReport, DispatchRow
    from flows.aftermath import Aftermath
    from flows.recording import Crawled
    from flows.round import Round
    from scrapers.publication import Harvest
    from warehouse.findings.finding import Deadline, Finding
    from warehouse.model import Recorded
    from warehouse.outbox.history import Waiting

kinds = (
    ("new_document", "new publication", "new publications"),
    ("new_mandate", "new mandate", "new mandates"),
    ("proposed_mandate", "mandate proposed in a draft", "mandates proposed in drafts"),
    ("changed_clause", "changed clause", "changed clauses"),
    ("draft_adopted", "draft adopted", "drafts adopted"),
    ("corrigendum", "corrigendum", "corrigenda"),
    ("mandate_answered", "mandate answered", "mandates answered"),
    ("mandate_due", "mandate due", "mandates due"),
    ("item_unreadable", "publication that could not be read", "publications that could not be read"),
    ("reading_incomplete", "publication that could not be read in full", "publications that could not be read in full"),
    ("source_state", "source changed state", "sources changed state"),
)
_one = {kind: one for kind, one, _ in kinds}
# Kinds whose words are a clause's, and what comes before them; the others are about the document as a whole.
of_a_clause = {
    "new_mandate": "",
    "changed_clause": "changed: ",
    "corrigendum": "corrected: ",
    "mandate_answered": "answered: ",
    "mandate_due": "due: ",
}
marks = {"sent": "✓", "failed": "will retry", "dead": "given up", "uncertain": "uncertain", "pending": "pending"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: a mandate (or another finding) of a document."""

    document: str
    what: str
    who: str
    by_when: str
    notified: str


def headline(findings: Sequence[Finding], harvests: Sequence[Harvest]) -> str:
    """One sentence: what was found, and which sources failed."""
    counts = Counter(map(sort_of, findings))
    found = [counted(counts[kind], one, many) for kind, one, many in kinds if counts[kind]]
    failed = [harvest.source_id for harvest in harvests if harvest.outcome == "failed"]
    sources = counted(len(harvests), "source")
    if failed and len(failed) == len(harvests):
        # A failure is never "nothing new".
        return f"{sources} polled, no usable answer: {', '.join(failed)}" + (f"; {', '.join(found)}" if found else "")
    asked = f"{sources} polled: {', '.join(found) or 'nothing new'}"
    items = items_line(harvests)
    return asked + (f"; {items}" if items else "") + (f"; failed: {', '.join(failed)}" if failed else "")


def items_line(harvests: Sequence[Harvest]) -> str:
    """What was not taken: "5 filtered out, 1 waiting, 1 failed: RES/64/S 21: status 404"; "" where all was.

    Filtered are those of these crawls; waiting and failed all that are in that state now.
    """
    filtered = sum(map(_filtered, harvests))
    waiting = sum(harvest.items_waiting for harvest in harvests)
    failed = sum(harvest.items_failed for harvest in harvests)
    counts = ((filtered, "filtered out"), (waiting, "waiting"), (failed, "failed"))
    said = ", ".join(f"{count:,} {words}" for count, words in counts if count)
    first = next((item for harvest in harvests for item in harvest.items if item.state == "failed"), None)
    return f"{said}: {first.title or first.url}: {first.reason}" if first is not None else said


def source_line(harvest: Harvest) -> str:
    """What one source showed: "12 seen, 3 new, 5 filtered out, 1 waiting, 1 failed: RES/64/S 21: status 404"."""
    return ", ".join(filter(None, (f"{harvest.items_seen:,} seen, {_new(harvest):,} new", items_line([harvest]))))


def _filtered(harvest: Harvest) -> int:
    return sum(1 for row in harvest.dropped if row.kind == "filtered")


def _new(harvest: Harvest) -> int:
    """How many items were taken for the first time."""
    return sum(1 for item in harvest.items if item.state == "taken" and item.since >= harvest.started_at)


def recorded_line(recorded: Recorded) -> str:
    """What a recording brought: "2 new documents, 3 new texts, 4 new mandates"."""
    counts = (
        (recorded.new_documents, "new document"),
        (recorded.new_versions, "new text"),
        (recorded.new_mandates, "new mandate"),
    )
    return ", ".join(counted(count, what) for count, what in counts)


def delivery_line(report: DispatchReport) -> str:
    """One sentence on what went out."""
    if not report.rows:
        return "no alert was due"
    states = Counter(row.state for row in report.rows)
    return "alerts: " + ", ".join(f"{count} {state}" for state, count in sorted(states.items()))


def publication_table(findings: Sequence[Finding]) -> list[dict[str, str]]:
    """The findings as rows of a Prefect table artifact, whose cells the UI draws as Markdown."""
    return [
        {
            "publication": markdown(line.document),
            "what": markdown(line.what),
            "who": markdown(line.who),
            "by when": markdown(line.by_when),
        }
        for lines in _by_document(findings, {}).values()
        for line in lines
    ]


def print_round(done: Round, report: DispatchReport, left: Aftermath, *, full: bool = False) -> None:
    """The list of what a run found; with `full` the table with every word, and with where its alerts went."""
    notified = _notified(report.rows)
    _print_table(done.recorded.findings, notified, full=full)
    for crawled in done.crawled:
        if items_line([crawled.harvest]):
            style = "bold red" if crawled.harvest.items_failed else "dim"
            _say(f"{crawled.harvest.source_id}: {source_line(crawled.harvest)}", style)
    for crawled in done.failed:
        _say(f"failed: {crawled.harvest.source_id}: {crawled.harvest.error}", "bold red")
    for row in report.rows:
        if row.state not in {"sent", "pending"}:
            _say(f"{row.target}: {row.subject}: {row.state} ({row.reason})", "bold red")
    _say(headline(done.recorded.findings, [crawled.harvest for crawled in done.crawled]), "bold")
    if done.not_due:
        _say(f"not due yet: {', '.join(done.not_due)} (use --all to poll them anyway)", "dim")
    if left.silent:
        _say(silent_line(left.silent), "yellow")
    _say(delivery_line(report), "bold")
    for line in waiting_lines(left.waiting):
        _say(line, "yellow")


def print_ingested(crawled: Crawled, recorded: Recorded, held: Sequence[Waiting] = (), *, full: bool = False) -> None:
    """The list of an ingestion, and what is held for an operator's approval."""
    _print_table(recorded.findings, {}, full=full)
    for row in crawled.harvest.dropped:
        _say(f"{row.title or row.url}: {row.reason}", "bold red")
    unchanged = crawled.harvest.items_unchanged
    read = f"{crawled.harvest.items_seen - unchanged:,} read{f', {unchanged:,} unchanged' if unchanged else ''}: "
    read += f"{recorded.new_documents} new documents, "
    _say(f"{read}{recorded.new_versions} new texts, {recorded.new_mandates} new mandates", "bold")
    if recorded.deliveries:
        _say(f"{recorded.deliveries} deliveries pending; `mandates deliver` sends them", "bold")
    for line in waiting_lines(held):
        _say(line, "yellow")


def as_record(done: Round, report: DispatchReport, left: Aftermath) -> dict[str, Any]:
    """The same for programs."""
    return {
        "baseline_mandates_not_notified": left.silent,
        "waiting": [asdict(each) for each in left.waiting],
        "sources": [_source(crawled) for crawled in done.crawled],
        "not_due": list(done.not_due),
        **_recorded(done.recorded),
        "deliveries": [
            {"delivery_id": row.delivery_id, "target": row.target, "subject": row.subject, "state": row.state}
            for row in report.rows
        ],
    }


def as_ingested(crawled: Crawled, recorded: Recorded) -> dict[str, Any]:
    """What an ingestion did, for programs."""
    return {"source": _source(crawled), **_recorded(recorded), "deliveries_waiting": recorded.deliveries}


def _source(crawled: Crawled) -> dict[str, Any]:
    harvest = crawled.harvest
    return {
        "source_id": harvest.source_id,
        "outcome": harvest.outcome,
        "items_seen": harvest.items_seen,
        "publications": len(harvest.publications),
        "items_new": _new(harvest),
        "items_filtered": _filtered(harvest),
        "items_waiting": harvest.items_waiting,
        "items_failed": harvest.items_failed,
        "dropped": [asdict(row) for row in harvest.dropped],
        "error": harvest.error,
    }


def _recorded(recorded: Recorded) -> dict[str, Any]:
    return {
        "new_documents": recorded.new_documents,
        "new_versions": recorded.new_versions,
        "new_mandates": recorded.new_mandates,
        "findings": [
            {
                "kind": finding.kind,
                "document_id": finding.document.document_id,
                "symbol": finding.document.symbol,
                "title": finding.document.title,
                "quote": finding.clause.quote,
                "addressee": finding.clause.addressee,
                "dues": [{"due": due.words, "due_start": due.first, "due_end": due.last} for due in finding.deadlines],
            }
            for finding in recorded.findings
        ],
    }


def _notified(rows: Sequence[DispatchRow]) -> Mapping[str, str]:
    """finding_id → where its alerts went."""
    places: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        for finding_id in row.findings:
            places[finding_id].append(f"{row.target} {marks.get(row.state, row.state)}")
    return {finding_id: ", ".join(dict.fromkeys(where)) for finding_id, where in places.items()}


def _by_document(findings: Sequence[Finding], notified: Mapping[str, str]) -> Mapping[str, list[Line]]:
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
    clauses = [finding for finding in about if finding.kind in of_a_clause]
    if not clauses:
        what = "; ".join(dict.fromkeys(_of_document(finding) for finding in about))
        yield Line(
            name, f"({what})", "", "", next((notified[f.finding_id] for f in about if f.finding_id in notified), "")
        )
    for finding in clauses:
        yield Line(
            name,
            of_a_clause[finding.kind] + _shortened(" ".join((finding.clause.quote or finding.note or "").split())),
            rejoined(finding.clause.addressee or ""),
            "; ".join(filter(None, (_by_when(due, first.document.language) for due in finding.deadlines))),
            notified.get(finding.finding_id, ""),
        )


def _of_document(finding: Finding) -> str:
    if finding.kind == "item_unreadable":
        return f"could not be read: {finding.note}"
    return finding.note or _one[finding.kind]


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


def _print_table(findings: Sequence[Finding], notified: Mapping[str, str], *, full: bool) -> None:
    if not full:
        console = _console()
        width = console.width if console.is_terminal else NARROWEST
        for row in short_lines(_by_document(findings, notified), width):
            console.print(row, highlight=False, soft_wrap=True)
        return
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    if not findings:
        return
    table = Table(box=SIMPLE_HEAD, show_lines=False, pad_edge=False)
    for title, ratio in (("Publication", 4), ("What it says", 7), ("Who", 3), ("By when", 3)):
        table.add_column(title, ratio=ratio, overflow="fold")
    if notified:
        table.add_column("Notified", ratio=2)
    for lines in _by_document(findings, notified).values():
        for number, line in enumerate(lines):
            # Text, not str: the words of a publisher are shown as words, never read as markup.
            cells = [line.document if number == 0 else "", line.what, line.who, line.by_when]
            styles = ["bold", "", "cyan", "yellow"]
            words = [Text(visible(cell), style=style) for cell, style in zip(cells, styles, strict=True)]
            table.add_row(
                *words, *([Text(line.notified, style="green")] if notified else []), end_section=line is lines[-1]
            )
    _console().print(table)


def _say(text: str, style: str) -> None:
    _console().print(visible(text), style=style, markup=False, highlight=False, soft_wrap=True)


def _console() -> Any:
    from rich.console import Console

    console = Console()
    # Into a file or a CI log: wide enough that a line stays a line.
    return console if console.is_terminal else Console(width=max(console.width, 160))
