"""Real publications through the whole of `mandates ingest`: what must hold for them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from warehouse.query.queries import query

if TYPE_CHECKING:
    from collections.abc import Mapping

checkout = Path(__file__).parent.parent.parent
pytestmark = pytest.mark.slow


def ingest(home: Path, *paths: Path) -> subprocess.CompletedProcess[str]:
    """Call the command as a person does."""
    command = [str(Path(sys.executable).parent / "mandates"), "--home", str(home), "ingest", *map(str, paths)]
    return subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)


def rows(home: Path, sql: str) -> list[dict[str, Any]]:
    """The rows of a query on the snapshot, by column."""
    table = query(home, sql)
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the seeds and the PDFs were recorded once."""
    shared = checkout.parent / "shared"
    if not (shared / "seeds").is_dir():
        pytest.skip("needs ../shared, the folder of real publications, which is not part of the project")
    folder = tmp_path_factory.mktemp("real")
    done = ingest(folder, shared / "seeds", shared / "corpus" / "pdf")
    assert done.returncode == 0, done.stderr
    return folder


def document(home: Path, seed: str) -> Mapping[str, Any]:
    """The document that was read from the file whose name begins so."""
    found = rows(home, f"SELECT d.* FROM documents d JOIN sightings s USING (document_id) WHERE s.url LIKE '%/{seed}%'")
    assert len(found) == 1, found
    return found[0]


def clauses(home: Path, document_id: str) -> list[dict[str, Any]]:
    """The clauses of a document, in order."""
    return rows(home, f"SELECT * FROM clauses WHERE document_id = '{document_id}' ORDER BY position")


def mandates_of(home: Path, document_id: str) -> list[dict[str, Any]]:
    """The mandates of a document with the number of their clause, in order."""
    return rows(
        home,
        "SELECT m.*, c.number, c.position FROM mandates m JOIN clauses c USING (clause_id) "
        f"WHERE m.document_id = '{document_id}' ORDER BY c.position",
    )


def test_aalco_2009(home: Path) -> None:
    """Six clauses, of which 4, 5 and 6 are mandates; the symbol of the document that it considered is not its own."""
    found = document(home, "000_")
    assert found["symbol"] != "AALCO/48/PUTRAJAYA/2009/S 8"
    assert len(clauses(home, found["document_id"])) == 6
    by_number = {row["number"]: row for row in mandates_of(home, found["document_id"])}
    assert sorted(by_number) == ["4", "5", "6"]
    assert by_number["4"]["type"] == "reporting_request"
    assert by_number["4"]["addressee"] == "the Secretariat"
    assert by_number["5"]["type"] == "establishment"
    assert by_number["5"]["addressee"] == "the Secretary-General"
    assert by_number["6"]["type"] == "agenda_placement"
    assert by_number["6"]["due"] == "its Forty-Ninth Annual Session"


def test_aalco_2013(home: Path) -> None:
    """Symbol and date from the head; of four clauses only the last is a mandate: Member States cannot be given one."""
    found = document(home, "001_")
    assert found["symbol"] == "AALCO/RES/52/S 5"
    assert str(found["published_on"]) == "2013-09-12"
    assert len(clauses(home, found["document_id"])) == 4
    assert [row["number"] for row in mandates_of(home, found["document_id"])] == ["4"]


def test_ipu_draft(home: Path) -> None:
    """Twenty-three clauses and the stage of a draft."""
    found = document(home, "002_")
    assert found["stage"] == "draft"
    assert len(clauses(home, found["document_id"])) == 23


def test_ipu_preamble(shared: Path) -> None:
    """The draft's eleven preambular paragraphs are told from its clauses."""
    from mandates.analysis import analyse

    (path,) = (shared / "seeds").glob("002_*")
    with path.open(encoding="utf-8", newline="") as file:
        assert len(analyse(file.read()).preamble) == 11


def test_report(home: Path) -> None:
    """A report has no clauses of its own, tells of a request as narration, and cites and answers the resolution."""
    found = document(home, "003_")
    assert found["kind"] == "report"
    assert clauses(home, found["document_id"]) == []
    cited = rows(home, f"SELECT symbol FROM citations WHERE document_id = '{found['document_id']}'")
    assert "A/RES/56/170" in {row["symbol"] for row in cited}
    answered = rows(
        home, f"SELECT * FROM relations WHERE from_document = '{found['document_id']}' AND relation = 'answers'"
    )
    assert [row["named_symbol"] for row in answered] == ["A/RES/56/170"]


def test_posts(home: Path) -> None:
    """Eight posts; their dates are missing rather than invented, and a system account is no author."""
    posts = rows(
        home,
        "SELECT DISTINCT d.* FROM documents d JOIN sightings s USING (document_id) WHERE s.url LIKE '%/004_%'",
    )
    assert len(posts) == 8
    assert {post["kind"] for post in posts} == {"initiative"}
    assert {post["published_on"] for post in posts} == {None}
    assert not any("system admin" in str(value) for post in posts for value in post.values())


expected_papers = {
    "A/RES/78/180": ("Violence against women migrant workers", "2023-12-19"),
    "A/RES/78/217": ("Protection of migrants", "2023-12-19"),
    "A/RES/79/154": ("Trafficking in women and girls", "2024-12-17"),
    "A/RES/79/232": ("Request for an advisory opinion of the International Court of Justice", "2024-12-19"),
    "A/RES/79/256": ("Proposed programme budget for 2025", "2024-12-24"),
    "A/RES/80/9": ("2025 Political Declaration on the Implementation", "2025-11-24"),
    "A/RES/80/79": ("Palestine refugees’ properties and their revenues", "2025-12-05"),
    "A/RES/80/185": ("Violence against women migrant workers", "2025-12-15"),
    "A/RES/80/188": ("Assistance to refugees, returnees and displaced persons in Africa", "2025-12-15"),
    "A/RES/80/218": ("Protection of migrants", "2025-12-18"),
    "A/RES/80/228": ("Improving the coordination of efforts against trafficking in persons", "2025-12-18"),
}


def test_every_paper_has_its_own_symbol(home: Path, shared: Path) -> None:
    """Each PDF is known by its own symbol, which its file's name gives too; drafts are drafts."""
    names = {path.stem for path in (shared / "corpus" / "pdf").glob("*.pdf")}
    found = rows(
        home, "SELECT d.symbol, d.stage FROM documents d JOIN sightings s USING (document_id) WHERE s.url LIKE '%.pdf'"
    )
    assert {row["symbol"].replace("/", "_") for row in found} == names
    for row in found:
        assert row["stage"] == ("draft" if "/L." in row["symbol"] else "adopted"), row


@pytest.mark.parametrize("symbol", sorted(expected_papers))
def test_a_paper_says_what_and_when(home: Path, symbol: str) -> None:
    """Title and day of adoption are those of the paper."""
    title, day = expected_papers[symbol]
    (found,) = rows(home, f"SELECT * FROM documents WHERE symbol = '{symbol}'")
    assert found["title"].startswith(title)
    assert str(found["published_on"]) == day


def test_a_draft_and_its_adopted_resolution_are_linked(home: Path) -> None:
    """They are two documents with a relation between them."""
    linked = rows(
        home,
        "SELECT a.symbol AS draft, b.symbol AS adopted FROM relations r "
        "JOIN documents a ON a.document_id = r.from_document JOIN documents b ON b.document_id = r.to_document "
        "WHERE r.relation = 'draft_of'",
    )
    pairs = {(row["draft"], row["adopted"]) for row in linked}
    assert ("A/C.3/80/L.52", "A/RES/80/218") in pairs


def test_recording_again_adds_nothing(home: Path, shared: Path) -> None:
    """The same files again: no row more, nothing to send."""
    tables = ("documents", "versions", "clauses", "mandates", "citations", "relations", "alerts", "deliveries")
    counts = " UNION ALL ".join(f"SELECT '{table}' AS name, count(*) AS n FROM {table}" for table in tables)
    before = rows(home, counts)
    done = ingest(home, shared / "seeds", shared / "corpus" / "pdf")
    assert done.returncode == 0, done.stderr
    assert rows(home, counts) == before


def test_the_items_of_a_session_are_on_its_agenda(home: Path) -> None:
    """What AALCO's resolutions place on the agenda of the next session is found under that session, by the calendar."""
    found = rows(home, "SELECT session, start_on, number FROM session_agendas WHERE body = 'AALCO' ORDER BY session")
    placed = {(row["session"], f"{row['start_on']:%Y-%m}", row["number"]) for row in found}
    assert {(49, "2010-08", "6"), (53, "2014-09", "4")} <= placed
