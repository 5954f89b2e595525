"""Real resolutions, where ../shared is there: their series over all sessions, clause by clause."""

from __future__ import annotations

import json
import lzma
import shutil
from typing import TYPE_CHECKING

import pytest

from benchmarks.links import judged, record_all
from tests.sites.publisher import files_read
from warehouse.query.chains import chain_of
from warehouse.store.database import live_path, session
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from pathlib import Path

PDFS = ("A_C.3_80_L.18", "A_C.3_80_L.52", "A_RES_78_180", "A_RES_80_185", "A_RES_80_218")
# All that is there of three series whose titles share words with each other and with many other texts.
SERIES = {
    "A/RES/80/218": ["66/172", "68/179", "70/147", "74/148", "76/172", "78/217", "80/218"],
    "A/RES/76/141": ["70/130", "74/127", "76/141", "78/180", "80/185"],
    "A/RES/75/226": ["73/241", "75/226", "77/176"],
}


@pytest.fixture(scope="module")
def real_home(shared: Path, blank: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with all texts about migration that there are, in an order that has nothing to do with their years."""
    home = tmp_path_factory.mktemp("real")
    shutil.copyfile(blank, live_path(home))
    folder = tmp_path_factory.mktemp("texts")
    paths = [shared / "corpus" / "pdf" / f"{name}.pdf" for name in PDFS]
    with lzma.open(shared / "corpus" / "silver.jsonl.xz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if "migra" in row["title"].lower():
                paths.append(folder / f"{row['name']}.txt")
                paths[-1].write_text(row["text"], encoding="utf-8")
    record_all(home, files_read("local", sorted(paths, key=lambda path: path.name[::-1])), {})
    publish(home)
    return home


@pytest.mark.parametrize("symbol", SERIES)
def test_a_series_over_all_its_sessions(real_home: Path, symbol: str) -> None:
    """Asked by any of its members, the whole chain is there, and nothing else."""
    chain = chain_of(real_home, symbol)
    assert [resolution.symbol for resolution in chain] == [f"A/RES/{number}" for number in SERIES[symbol]]
    assert [resolution.step for resolution in chain] == list(range(1, len(chain) + 1))
    for resolution in chain[1:]:
        assert "same" in {clause.change for clause in resolution.clauses}


def test_clauses_kept_changed_new_and_dropped(real_home: Path) -> None:
    """From the 78th to the 80th session of Protection of migrants: what reading both texts shows."""
    *_, last = chain_of(real_home, "A/RES/80/218")
    found = {(step.former_number, step.number): step.change for step in last.clauses}
    assert last.renews == "A/RES/78/217"
    assert (found["22", "22"], found["27", "27"], found[None, "23"], found["24", None]) == (
        "same",
        "changed",
        "new",
        "dropped",
    )
    counted = [list(found.values()).count(change) for change in ("same", "changed", "new", "dropped")]
    assert counted[0] >= 20
    assert counted[1] >= 5
    assert counted[2:] == [1, 1]
    since = {step.number: step.since_symbol for step in last.clauses}
    assert since["1"] == "A/RES/66/172"


def test_a_draft_against_its_adopted_text(real_home: Path) -> None:
    """One paragraph of A/C.3/80/L.52 was adopted in other words, all others as they stood in the draft."""
    with session(real_home) as connection:
        asked = "SELECT change, draft_number, adopted_number FROM adoption_changes WHERE draft_symbol = ? ORDER BY ALL"
        changes = connection.execute(asked, ["A/C.3/80/L.52"]).fetchall()
        same = "SELECT count(*) FROM clause_links WHERE relation = 'draft_of' AND change = 'same'"
        unchanged = connection.execute(same).fetchall()
    assert changes == [("changed", "23", "23")]
    assert unchanged[0][0] > 32
    assert chain_of(real_home, "A/C.3/80/L.52") == chain_of(real_home, "A/RES/80/218")


def test_judged_pairs_that_are_no_renewals_are_not_linked(real_home: Path) -> None:
    """Companion texts, other organs, texts that only cite: no chain leads from one to the other."""
    with session(real_home) as connection:
        symbols = {row[0] for row in connection.execute("SELECT symbol FROM documents").fetchall()}
        members = "SELECT DISTINCT one.symbol, other.symbol FROM chains AS one JOIN chains AS other USING (chain_id)"
        together = set(connection.execute(members).fetchall())
    pairs = [pair for pair in judged("renews") if {pair.later, pair.earlier} <= symbols]
    assert {pair.verdict for pair in pairs} == {"yes", "no"}
    drafted = {pair.later for pair in judged("draft_of")} | {pair.earlier for pair in judged("draft_of")}
    for pair in pairs:
        if pair.later not in drafted or pair.later.startswith("A/RES/"):
            assert ((pair.later, pair.earlier) in together) is (pair.verdict == "yes"), pair
