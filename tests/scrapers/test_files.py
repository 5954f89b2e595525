"""Local files as a source: one document each, or the posts of a listing; what cannot be read is said."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from scrapers.kinds.posts import posts_in
from tests.sites.publisher import crawled, files_read, source_of

if TYPE_CHECKING:
    from pathlib import Path

listing = """First example practice

Submitted by Ms. A. Sample on

The first practice counts boats.

It does so twice.

Second example practice – with a dash

Submitted by system admin on Sat, 14/07/2018 - 10:00

The second practice paints boats.

Subscribe to Example practices"""


def test_a_listing_of_posts_gives_its_posts(tmp_path: Path) -> None:
    """Each post is a publication; a date that is missing stays missing, and an account is no author."""
    path = tmp_path / "listing.txt"
    path.write_text(listing, encoding="utf-8")
    harvest = files_read("local", [path])
    first, second = harvest.publications
    assert (first.title, first.author, first.published, first.kind) == (
        "First example practice",
        "Ms. A. Sample",
        None,
        "initiative",
    )
    assert first.text is not None
    assert first.text.text == "The first practice counts boats.\n\nIt does so twice."
    assert second.author is None
    assert second.published is not None
    assert second.published.value == date(2018, 7, 14)
    assert second.text is not None
    assert "Subscribe" not in second.text.text


def test_one_byline_is_no_listing() -> None:
    """A text with one such line is one document."""
    assert posts_in("A letter\n\nSubmitted by Ms. A. Sample on\n\nDear all") == ()


def test_the_seeds_are_read_as_what_they_are(shared: Path) -> None:
    """Five files: four documents and a listing of eight posts."""
    harvest = files_read("seeds", [shared / "seeds"])
    assert harvest.outcome == "ok"
    posts = [publication for publication in harvest.publications if publication.kind == "initiative"]
    assert len(posts) == 8
    assert {publication.published for publication in posts} == {None}
    assert "system admin" not in {publication.author for publication in posts}
    by_symbol = {publication.symbol for publication in harvest.publications}
    assert by_symbol == {None, "AALCO/RES/52/S 5"}


def test_each_real_pdf_is_known_by_its_own_symbol(shared: Path) -> None:
    """Symbol and stage come from the head of each; an adopted text is linked to the draft that its head names."""
    folder = shared / "corpus" / "pdf"
    found = {publication.symbol: publication for publication in files_read("local", [folder]).publications}
    assert set(found) == {path.stem.replace("_", "/") for path in folder.glob("*.pdf")}
    assert found["A/C.3/80/L.18"].stage == "draft"
    assert found["A/RES/80/9"].stage == "adopted"
    assert [(link.relation, link.symbol) for link in found["A/RES/80/9"].related] == [("draft_of", "A/80/L.8")]


def test_a_changed_file_is_the_same_document(tmp_path: Path) -> None:
    """A file without a symbol is known by its address, so a changed text is a new version of it."""
    path = tmp_path / "note.txt"
    path.write_text("A note about boats.", encoding="utf-8")
    before = files_read("local", [path]).publications[0]
    path.write_text("A note about ships.", encoding="utf-8")
    after = files_read("local", [path]).publications[0]
    assert before.document_id == after.document_id
    assert before.text is not None
    assert after.text is not None
    assert before.text.text != after.text.text


def test_what_cannot_be_read_is_said_and_the_rest_is_taken(tmp_path: Path) -> None:
    """An empty PDF and a missing file are dropped rows with their reasons; the sound file is a publication."""
    (tmp_path / "empty.pdf").write_bytes(b"")
    (tmp_path / "sound.txt").write_text("A note about boats.", encoding="utf-8")
    harvest = files_read("local", [tmp_path, tmp_path / "gone.txt"])
    assert harvest.outcome == "failed"
    assert len(harvest.publications) == 1
    assert sorted(row.title or "" for row in harvest.dropped) == ["empty.pdf", "gone.txt"]
    assert "empty.pdf" in (harvest.error or "")
    assert "No such file" in (harvest.error or "")


async def test_a_folder_is_a_source(tmp_path: Path) -> None:
    """The kind `files` gives what a shared folder holds; a folder that is gone has failed."""
    source = source_of(kind="files", path=str(tmp_path / "shared"))
    assert (await crawled(source)).outcome == "failed"
    (tmp_path / "shared").mkdir()
    harvest = await crawled(source)
    assert "at least 1" in (harvest.error or "")
    (tmp_path / "shared" / "a.txt").write_text("A note about boats.", encoding="utf-8")
    (tmp_path / "shared" / "ignored.xyz").write_text("x", encoding="utf-8")
    harvest = await crawled(source)
    assert (harvest.outcome, len(harvest.publications)) == ("ok", 1)


async def test_a_folder_has_the_blocks_of_the_other_kinds(tmp_path: Path) -> None:
    """Body, topics, kind and filter of a folder's source hold for its files."""
    (tmp_path / "boats.txt").write_text("A note about boats.", encoding="utf-8")
    (tmp_path / "bees.txt").write_text("A note about bees.", encoding="utf-8")
    source = source_of(
        kind="files",
        path=str(tmp_path),
        body="EXAMPLE",
        publishes="statement",
        topics=["sea"],
        filter={"words": ["boat"]},
    )
    harvest = await crawled(source)
    (publication,) = harvest.publications
    assert (publication.body, publication.kind, publication.topics) == ("EXAMPLE", "statement", ("sea",))
    assert publication.relevance == "the title has 'boats'"
    assert [row.reason for row in harvest.dropped] == ["concerns none of boat"]
