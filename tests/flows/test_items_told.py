"""From a dead link to a message: who hears of a document that is listed and cannot be read, and how often."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from config.settings import Settings
from config.subscriptions import load_subscriptions
from flows.analysing import Analysing
from flows.recording import record_landed, take_in
from flows.run_table import found_lines
from tests.sites.publisher import Answer, Publisher, crawled, source_of
from warehouse.load.source_memory import memory_of
from warehouse.query.queries import query

if TYPE_CHECKING:
    import pytest

ANALYSE = Analysing(Path(__file__).parents[2] / "config" / "sessions.yaml")
subscriptions = """
targets: {desk: mailbox, other: mailbox, ops: mailbox}
operators: [ops]
subscriptions:
  aalco: {targets: [desk], filters: {bodies: AALCO}}
  ipu: {targets: [other], filters: {bodies: IPU}}
"""
resolution = """AALCO/RES/64/S 21

EXAMPLES OF LABOUR MIGRATION

The Asian-African Legal Consultative Organization at its Sixty-Fourth Annual Session,

1. Directs the Secretariat to report on the examples given by 30 June 2027.
"""


async def test_a_listed_document_that_cannot_be_read_is_told_once_and_its_news_follow(
    publisher: Publisher, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One alert after three tries for who wants that body, one for the operators; the mandate when it can be read."""
    (tmp_path / "subscriptions.yaml").write_text(subscriptions, encoding="utf-8")
    monkeypatch.setenv("MANDATES_CONFIG", str(tmp_path))
    settings = Settings()

    def page(*rows: str) -> str:
        return "<html><body><ul>" + "".join(f"<li>{row}</li>" for row in rows) + "</ul></body></html>"

    old = '<a href="/1.txt">RES/63/S 1 Old examples</a>'
    new = '<a href="/21.txt">RES/64/S 21 Examples</a>'
    source = source_of(
        kind="listing",
        body="AALCO",
        url=publisher.says("/list", page(old), page(old, new)),
        item={"css": "li"},
        fields={
            "title": {"css": "a"},
            "url": {"css": "a", "attr": "href"},
            "symbol": {"css": "a", "regex": r"^(RES/\d+/S \d+)"},
        },
        detail={},
    )
    publisher.says("/1.txt", Answer("The old examples, of which there are some.", type="text/plain"))
    publisher.says("/21.txt", Answer(b"", 404))

    async def run() -> Any:
        take_in(home, await crawled(source, memory_of(home, "test")), ANALYSE)
        return record_landed(settings, load_subscriptions(tmp_path))

    told = [await run() for _ in range(8)]
    kinds = [sorted(finding.kind for finding in each.findings) for each in told]
    first = ["new_document", "reading_incomplete"]
    assert kinds == [first, [], [], ["item_unreadable", "source_state"], [], [], [], []]
    (shown,) = [line for line in found_lines(told[3].findings) if "status 404" in line]
    assert "21 Examples" in shown
    sent = "SELECT kind, target FROM alerts JOIN deliveries USING (alert_id) WHERE state = 'pending' ORDER BY ALL"
    assert query(home, sent).rows == [("item_unreadable", "desk"), ("source_state", "ops")]
    publisher.says("/21.txt", Answer(resolution, type="text/plain"))
    # The row is changed, so it is looked at before its next try is due.
    publisher.says("/list", page(old, new.replace("Examples", "More examples")))
    found = (await run()).findings
    assert {finding.kind for finding in found} == {"new_document", "new_mandate"}
    assert query(home, "SELECT state, tries FROM items WHERE item LIKE '%21.txt'").rows == [("taken", 0)]
