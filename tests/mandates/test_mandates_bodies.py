"""Bodies are data: one entry is enough for symbols, names, addressees and citations."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from mandates.analysis import analyse
from mandates.documents.bodies import bodies, body
from mandates.documents.heading import completed, read_heading

ENTRY = """
- id: FERRY
  names: {en: [ferry union], fr: [union des bacs]}
  forms:
    - {form: 'FU/(?P<session>[0-9]{1,3})/D[0-9]{1,3}', kind: decision, stage: adopted}
  acts: {session: 'FU/{session}/D{serial}'}
  meets_as: assembly
"""
LOOK = """
import json, sys
from mandates.analysis import analyse
from datetime import date
from types import SimpleNamespace
days = {13: 2024, 14: 2025}
sessions = [SimpleNamespace(body="FERRY", number=n, start=date(y, 5, 4), end=date(y, 5, 8)) for n, y in days.items()]
found = analyse(sys.stdin.read(), sessions=sessions)
own = found.heading
print(json.dumps([own.symbol, own.body, own.kind, own.stage, own.session,
    [c.symbol for c in found.citations], [c.addressee_id for c in found.clauses],
    [(str(due.due_start), due.basis) for c in found.clauses for due in c.dues]]))
"""
TEXT = """FU/14/D7

Fares for crews

The Ferry Union,

Recalling Ferry Union decision 13/4 and FU/12/D9,

1. Requests the Secretariat to report on fares at the 16th Assembly;
2. Requests the Union of Harbours to send its tables at the fifteenth session of the Ferry Union.
"""


def test_a_body_is_added_by_one_entry(tmp_path: Path) -> None:
    """With one more entry in the list a new body's symbols, numbers, name, secretariat and sessions are known."""
    package = Path(__file__).parents[2] / "mandates"
    shutil.copytree(package, tmp_path / "mandates", ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / "mandates" / "documents" / "bodies.yaml").open("a", encoding="utf-8") as listed:
        listed.write(ENTRY)
    done = subprocess.run(
        [sys.executable, "-c", LOOK], input=TEXT, capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert json.loads(done.stdout) == [
        "FU/14/D7", "FERRY", "decision", "adopted", 14, ["FU/14/D7", "FU/13/D4", "FU/12/D9"],
        ["ferry:secretariat", "ferry:union-of-harbours"], [["2027-05-04", "inferred"], ["2026-05-04", "inferred"]],
    ]  # fmt: skip


def test_the_list_is_consistent() -> None:
    """Every body has one entry, and the numbers at the ends of years only rise."""
    names = [each.id for each in bodies()]
    assert len(names) == len(set(names))
    council = body("UNSC")
    assert council is not None
    ends = [council.last_of_year[year] for year in sorted(council.last_of_year)]
    assert ends == sorted(set(ends))
    assert (council.year_of(1325), council.year_of(1326), council.year_of(9999)) == (2000, 2000, None)


def test_what_a_source_knows_completes_the_head() -> None:
    """Body, symbol, kind and stage of the source fill what the text leaves open, and do not overrule what it says."""
    bare = read_heading("Fares for crews\n\nThe ferries shall carry crews without a fare.\n")
    found = completed(bare, body="AALCO", symbol="RES/51/S 5", kind="resolution", stage="adopted")
    assert (found.symbol, found.body, found.kind, found.session) == ("AALCO/RES/51/S 5", "AALCO", "resolution", 51)
    said = read_heading("A/C.3/81/L.60\n\nFares for crews\n\nThe General Assembly,\n\n1. Requests a report.\n")
    assert completed(said, body="HRC", kind="news", stage="adopted") == said


def test_days_count_from_what_the_source_knows() -> None:
    """A deadline in months counts from the day that the source gives, which is no day of adoption."""
    from datetime import date

    text = "The Council,\n\n1. Requests the Secretariat to report within six months;\n"
    found = analyse(text, body="AALCO", published_on=date(2024, 9, 12))
    assert found.heading.adopted_on is None
    assert found.clauses[0].addressee_id == "aalco:secretariat"
    assert found.clauses[0].dues[0].due_end == date(2025, 3, 12)
