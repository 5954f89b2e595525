"""Answers among real documents, where ../shared is there: what was judged to be none, and one report that is one."""

from __future__ import annotations

import csv
import json
import lzma
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mandates.documents.heading import read_heading
from mandates.documents.symbols import normalise
from tests.warehouse.answered import entry_of, found
from tests.warehouse.made import batch

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from warehouse.model import Entry, Recorded

    Rows = Callable[..., list[tuple[Any, ...]]]

JUDGED = Path(__file__).parent / "judged_links" / "answers.tsv"
# In the shape of the resolution that A/57/134 names, which is not among the documents at hand.
ASKING = """
United Nations A/RES/56/170
General Assembly
Distr.: General
28 February 2002

Fifty-sixth session
Agenda item 119 (b)

Resolution adopted by the General Assembly
[on the report of the Third Committee (A/56/583/Add.2)]

56/170. Protection of migrants

The General Assembly,

1. Requests all Member States to inspect the places where migrants wait;

4. Requests the Special Rapporteur on the human rights of migrants to report to it on the sea crossings of migrants;

17. Requests the Secretary-General to submit to the General Assembly at its fifty-seventh session a report on the implementation of the present resolution under the sub-item entitled "Human rights questions, including alternative approaches for improving the effective enjoyment of human rights and fundamental freedoms".

88th plenary meeting
19 December 2001
"""  # noqa: E501 - paragraphs as they come


def test_a_real_report_answers_as_soon_as_its_resolution_is_recorded(
    shared: Path, recorded: Callable[..., Recorded], rows: Rows
) -> None:
    """A/57/134 answers the request made of those in whose name it is, and no other of the resolution."""
    (seed,) = (shared / "seeds").glob("003_*.txt")
    report = entry_of(seed.read_text(encoding="utf-8"))
    recorded(batch(1, report))
    assert rows("SELECT count(*) FROM task_evidence") == [(0,)]
    findings = recorded(batch(1, report), batch(2, entry_of(ASKING))).findings
    assert rows(
        "SELECT number, says, found.rule, happened_on::VARCHAR FROM task_evidence AS found "
        "JOIN mandates USING (task_key) JOIN clauses USING (clause_id)"
    ) == [("17", "answered", "answer.report.only", "2002-07-02")]
    assert [each.clause.number for each in findings if each.kind == "mandate_answered"] == ["17"]


@pytest.mark.slow
def test_what_two_readers_judged_to_be_no_answer_is_none(
    shared: Path, recorded: Callable[..., Recorded], rows: Rows
) -> None:
    """Resolutions that renew, recall or cite another answer none of its requests, nor does a report that only cites."""
    with JUDGED.open(encoding="utf-8") as file:
        pairs = {(_plain(row["answer"]), _plain(row["ask"])) for row in csv.DictReader(file, delimiter="\t")}
    entries = _entries(shared, {symbol for pair in pairs for symbol in pair})
    present = {pair for pair in pairs if {*pair} <= entries.keys()}
    assert len(present) >= 55
    recorded(batch(1, *entries.values()))
    assert rows("SELECT count(*) > 50 FROM mandates WHERE type = 'reporting_request'") == [(True,)]
    linked = {(_plain(answer.by), _plain(answer.of)) for answer in found(rows, with_unknown=True)}
    assert not linked & present


def _entries(shared: Path, wanted: set[str]) -> dict[str, Entry]:
    """The documents with these symbols, of whatever collection has them."""
    corpus = shared / "corpus"
    texts: dict[str, str] = {}
    for collection in ("silver", "assignees"):
        with lzma.open(corpus / f"{collection}.jsonl.xz", "rt", encoding="utf-8") as file:
            for line in file:
                row = json.loads(line)
                texts.setdefault(_plain(row.get("symbol") or row["name"].replace("_", "/")), row["text"])
    with (corpus / "index.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if (path := corpus / "texts" / row["file"]).exists():
                text = path.read_text(encoding="utf-8")
                texts.setdefault(_plain(row["symbol"] or read_heading(text).symbol or ""), text)
    return {symbol: entry_of(text, symbol) for symbol, text in texts.items() if symbol in wanted}


def _plain(symbol: str) -> str:
    """The symbol as the warehouse has it, without blanks."""
    bare = symbol.removesuffix(" (excerpt)")
    return "".join((normalise(bare) or bare).split())
