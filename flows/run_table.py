"""What a monitor run leaves in the Prefect UI: one table, a row for each source, with what was found above it.

The UI draws cells and descriptions as Markdown, so all that comes from publishers is escaped here; rows and lines are
limited, and say how many more there are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from alerts.escape import markdown, web_address
from alerts.figures import counted
from alerts.naming import sort_of
from config.redaction import public
from flows.found import by_document
from flows.report import delivery_line, items_new, kinds_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alerts.model import DispatchRow
    from flows.recording import Crawled
    from flows.round import Round
    from scrapers.publication import Harvest
    from warehouse.findings.finding import Finding

# The UI takes seconds to draw a longer table, and a longer list of documents is better read elsewhere.
MOST_ROWS, MOST_DOCUMENTS, MOST_TROUBLES = 200, 6, 20
_CHANGES = frozenset({"changed_clause", "corrigendum", "draft_adopted"})
_MANDATES = frozenset({"new_mandate", "proposed_mandate"})
_UNREAD = frozenset({"item_unreadable", "reading_incomplete"})

Row = dict[str, str | int]


def source_rows(
    crawled: Sequence[Crawled],
    addresses: Mapping[str, str | None],
    findings: Sequence[Finding] = (),
    deliveries: Sequence[DispatchRow] = (),
) -> list[Row]:
    """A row for each source polled: failed ones first, then those with news. `addresses` is what ids link to."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        for source_id in finding.document.sources:
            found[source_id].append(finding)
    states: dict[str, Counter[str]] = defaultdict(Counter)
    sources_of = {finding.finding_id: finding.document.sources for finding in findings}
    for delivery in deliveries:
        for source_id in {name for each in delivery.findings for name in sources_of.get(each, ())}:
            states[source_id][delivery.state] += 1
    shown = sorted(crawled, key=lambda each: _urgency(each, found[each.harvest.source_id]))
    rows = [
        _row(each.harvest, found[each.harvest.source_id], states[each.harvest.source_id], addresses)
        for each in shown[:MOST_ROWS]
    ]
    if len(shown) > MOST_ROWS:
        rows.append({"source": f"… and {len(shown) - MOST_ROWS:,} more"})
    return rows


def _urgency(crawled: Crawled, found: Sequence[Finding]) -> tuple[bool, bool, bool, str]:
    harvest = crawled.harvest
    return harvest.outcome != "failed", not harvest.items_failed, not found, harvest.source_id


def _row(harvest: Harvest, found: Sequence[Finding], states: Counter[str], addresses: Mapping[str, str | None]) -> Row:
    tried = sum(row.kind == "failed" for row in harvest.dropped)
    return {
        "source": _link(harvest.source_id, addresses.get(harvest.source_id)),
        "fetched": len(harvest.publications) + tried,
        "new": items_new(harvest),
        "changed": len({each.document.document_id for each in found if each.kind in _CHANGES}),
        "waiting": harvest.items_waiting,
        "mandates": sum(sort_of(each) in _MANDATES for each in found),
        "alerts": ", ".join(f"{count} {state}" for state, count in sorted(states.items())),
        # The longest column comes last: the UI shows as much of a row as fits.
        "failed": _failed(harvest),
    }


def _failed(harvest: Harvest) -> str:
    """Why the source failed, or how many items failed and why the first did, with a link to what was requested."""
    if harvest.error is not None:
        asked = next((each.url for each in reversed(harvest.fetches) if each.error), None)
        # The link has the address.
        return _link(harvest.error.removeprefix(f"{public(asked)}: ") if asked else harvest.error, asked)
    if not harvest.items_failed:
        return ""
    items = counted(harvest.items_failed, "item")
    # Between two tries of an item, a crawl only knows how many failed.
    tried = next((item for item in harvest.items if item.state == "failed"), None)
    return items if tried is None else f"{items}: {_link(f'{tried.title or tried.url}: {tried.reason}', tried.url)}"


def run_description(done: Round) -> str:
    """Markdown above the table: the headline, the alerts that were not sent, and what was found."""
    lines = [markdown(done.headline)]
    if done.delivered.rows or done.delivered.left is not None:
        lines.append(markdown(delivery_line(done.delivered)))
    lines.append("\n".join(_troubles(done)))
    lines.append("\n".join(found_lines(done.recorded.findings)))
    return "\n\n".join(filter(None, lines))


def _troubles(done: Round) -> Iterator[str]:
    rows = [row for row in done.delivered.rows if row.state not in {"sent", "pending"}]
    for row in rows[:MOST_TROUBLES]:
        yield f"- {row.state}: {markdown(row.subject)} to {markdown(row.target)}: {markdown(row.reason or '')}"
    if len(rows) > MOST_TROUBLES:
        yield f"- … and {len(rows) - MOST_TROUBLES:,} more: `mandates outbox list`"


def found_lines(findings: Sequence[Finding]) -> Iterator[str]:
    """A Markdown list of the publications, earliest deadline first; one line each, so that the table stays in view."""
    documents: dict[str, list[Finding]] = {document_id: [] for document_id in by_document(findings, {})}
    for finding in findings:
        documents[finding.document.document_id].append(finding)
    for about in list(documents.values())[:MOST_DOCUMENTS]:
        document = about[0].document
        name = " ".join(filter(None, (document.symbol, document.topic))) or "untitled"
        yield f"- {_link(name, document.url)}: {markdown(_sum(about))}"
    if len(documents) > MOST_DOCUMENTS:
        yield f"- … and {len(documents) - MOST_DOCUMENTS:,} more: `mandates query 'FROM documents'`"


def _sum(about: Sequence[Finding]) -> str:
    """What is new about a document: "3 new mandates, first due 31 Mar 2027"; the reason where it could not be read."""
    # If there is more to say, it need not say that the document is new.
    said = kinds_line([each for each in about if each.kind != "new_document"] or about)
    notes = [each.note for each in about if each.kind in _UNREAD and each.note]
    days = [due.last for each in about for due in each.deadlines if due.last and due.last >= each.found_at.date()]
    due = f"first due {min(days):%-d %b %Y}" if days else ""
    return ", ".join(filter(None, (said, due, *notes)))


def _link(words: str, url: str | None) -> str:
    """Escaped words, with a link if the address is a web address; keys in it are left out."""
    address = web_address(public(url)) if url else None
    if address is None:
        return markdown(words)
    # A parenthesis would end the address in Markdown.
    return f"[{markdown(words)}]({address.replace('(', '%28').replace(')', '%29')})"
