"""What a run did, in the words of people: one headline, one table of publications, their mandates and their alerts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from alerts.figures import counted
from alerts.naming import sort_of
from flows.aftermath import silent_line, waiting_lines
from flows.console import visible
from flows.found import KINDS, alerts_of, by_document
from flows.table import NARROWEST, short_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alerts.model import DispatchReport
    from flows.aftermath import Aftermath
    from flows.recording import Crawled
    from flows.round import Round
    from scrapers.publication import Harvest
    from warehouse.findings.finding import Finding
    from warehouse.model import Recorded
    from warehouse.outbox.history import Waiting


def headline(findings: Sequence[Finding], harvests: Sequence[Harvest], *, were_due: bool = False) -> str:
    """One sentence: what was found, and which sources failed. `were_due`: some that were due were not polled here."""
    found = kinds_line(findings)
    failed = [harvest.source_id for harvest in harvests if harvest.outcome == "failed"]
    sources = counted(len(harvests), "source")
    if failed and len(failed) == len(harvests):
        # A failure is never "nothing new".
        return f"{sources} polled, no usable answer: {', '.join(failed)}" + (f"; {found}" if found else "")
    if not harvests:
        nobody = f"no source was {'polled' if were_due else 'due'}"
        return f"{nobody}: {found}" if found else nobody
    asked = f"{sources} polled: {found or 'nothing new'}"
    items = items_line(harvests)
    return asked + (f"; {items}" if items else "") + (f"; failed: {', '.join(failed)}" if failed else "")


def kinds_line(findings: Sequence[Finding]) -> str:
    """What was found, each kind counted: "2 new publications, 3 new mandates"; "" where nothing was."""
    counts = Counter(map(sort_of, findings))
    return ", ".join(counted(counts[kind], one, many) for kind, one, many in KINDS if counts[kind])


def items_line(harvests: Sequence[Harvest]) -> str:
    """What was not taken: "5 filtered out, 1 waiting, 1 failed: RES/64/S 21: status 404"; "" where all was.

    Filtered are those of these crawls; waiting and failed all that are in that state now.
    """
    filtered = sum(map(items_filtered, harvests))
    waiting = sum(harvest.items_waiting for harvest in harvests)
    failed = sum(harvest.items_failed for harvest in harvests)
    counts = ((filtered, "filtered out"), (waiting, "waiting"), (failed, "failed"))
    said = ", ".join(f"{count:,} {words}" for count, words in counts if count)
    first = next((item for harvest in harvests for item in harvest.items if item.state == "failed"), None)
    return f"{said}: {first.title or first.url}: {first.reason}" if first is not None else said


def source_line(harvest: Harvest) -> str:
    """What one source showed: "12 seen, 3 new, 5 filtered out, 1 waiting, 1 failed: RES/64/S 21: status 404"."""
    return ", ".join(filter(None, (f"{harvest.items_seen:,} seen, {items_new(harvest):,} new", items_line([harvest]))))


def items_filtered(harvest: Harvest) -> int:
    """How many items were left out as not wanted."""
    return sum(1 for row in harvest.dropped if row.kind == "filtered")


def items_new(harvest: Harvest) -> int:
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
    states = Counter(row.state for row in report.rows)
    said = "alerts: " + ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    if report.left is None:
        return said if states else "no alert was due"
    return f"{said}; not all of them: {report.left}" if states else f"no alert was sent: {report.left}"


def print_round(done: Round, report: DispatchReport, left: Aftermath, *, full: bool = False) -> None:
    """The list of what a run found; with `full` the table with every word, and with where its alerts went."""
    notified = alerts_of(report.rows)
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
    _say(done.headline, "bold")
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
        _say(f"{counted(recorded.deliveries, 'delivery', 'deliveries')} pending; `mandates deliver` sends them", "bold")
    for line in waiting_lines(held):
        _say(line, "yellow")


def _print_table(findings: Sequence[Finding], notified: Mapping[str, str], *, full: bool) -> None:
    if not full:
        console = _console()
        width = console.width if console.is_terminal else NARROWEST
        for row in short_lines(by_document(findings, notified), width):
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
    for lines in by_document(findings, notified).values():
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
