"""The same clauses through PDF as through text."""

from __future__ import annotations

import json
import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

import pytest

from mandates.analysis import analyse
from scrapers.text.documents import document_text

if TYPE_CHECKING:
    from pathlib import Path

# What belongs to a page and not to a clause. The rule above footnotes has 18 underscores; the blanks to fill in that
# drafts leave have up to 8 ("resolution 80/___ of ________").
foreign = re.compile(r"\b\d{2}-\d{5}\b|_{10,}|\bIbid\b|Treaty Series|\b\d{1,2}/\d{1,2}\s*$|\[footnote")


def _words(display: str) -> str:
    return re.sub(r"\W+", " ", display).strip().lower()


@pytest.mark.slow
def test_clauses_of_pdfs_agree_with_those_of_texts(shared: Path) -> None:
    """For real resolutions the words of the clauses from the PDF are those of the labelled text, without furniture."""
    matched = wanted_in_all = understood = 0
    surplus: list[str] = []
    for path in sorted((shared / "corpus" / "gold").glob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        pdf = shared / "corpus" / "pdf" / f"{(gold['symbol'] or '').replace('/', '_')}.pdf"
        if not pdf.exists():
            continue
        labelled = {(clause["start"], clause["end"]) for clause in gold["clauses"]}
        text = (shared / "corpus" / "texts" / gold["file"]).read_bytes().decode("utf-8")
        wanted = [_words(c.display) for c in analyse(text).clauses if (c.start, c.end) in labelled]
        given = analyse(document_text(pdf.read_bytes(), name=pdf.name).text)
        assert given.heading.symbol == gold["symbol"]
        assert [clause.display for clause in given.clauses if foreign.search(clause.display)] == []
        rest = [_words(clause.display) for clause in given.clauses]
        wanted_in_all += len(wanted)
        for words in wanted:
            alike = next((other for other in rest if _alike(words, other)), None)
            if alike is not None:
                rest.remove(alike)
                matched += 1
        # Where the analysis misses labelled clauses in the text itself, the PDF's clauses cannot be compared with them.
        if len(wanted) == len(labelled):
            understood += len(wanted)
            surplus += rest
    assert understood > 200
    assert matched >= 0.99 * wanted_in_all
    assert len(surplus) <= 0.01 * understood


def _alike(one: str, other: str) -> bool:
    if one == other:
        return True
    if one[:20] != other[:20]:
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= 0.98
