"""The bundled site crawled as `mandates demo` crawls it, against the hand-written expectations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

from config.sources import load_sources
from config.subscriptions import load_subscriptions
from demo.document import folder
from scrapers.crawl.crawl import crawl
from scrapers.http.client import Fetcher
from scrapers.publication import Memory, Publication

if TYPE_CHECKING:
    from pathlib import Path

    from demo.site import PublicationSite
    from scrapers.publication import Harvest

written_address = "http://127.0.0.1:8765"


@pytest.fixture(scope="module")
def expected() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = YAML(typ="safe").load((folder.parent / "expected.yaml").read_text(encoding="utf-8"))
    return found


async def harvests(site: PublicationSite, tmp_path: Path) -> list[Harvest]:
    """What each source of the demonstration shows."""
    path = tmp_path / "sources.yaml"
    text = (folder.parent / "sources.yaml").read_text(encoding="utf-8")
    path.write_text(text.replace(written_address, site.url), encoding="utf-8")
    async with Fetcher("https://example.org/test") as fetcher:
        return [await crawl(source, Memory(), fetcher) for source in load_sources(path)]


def newest(expected: list[dict[str, Any]], step: int) -> dict[tuple[str, str], dict[str, Any]]:
    """The entries that hold after a step, by id and language: those that some source shows."""
    ordered = sorted((entry for entry in expected if entry["step"] <= step), key=lambda entry: entry["step"])
    return {(entry["id"], entry["language"]): entry for entry in ordered if entry["sources"]}


def described(publication: Publication) -> tuple[object, ...]:
    """What the expectations say of a publication as well."""
    found = publication
    day = found.published.value if found.published else None
    return (found.source_id, found.symbol, found.title, found.kind, found.stage, found.language, day)


@pytest.mark.parametrize("step", [0, 6])
async def test_every_source_shows_what_was_expected(
    site: PublicationSite, tmp_path: Path, expected: list[dict[str, Any]], step: int
) -> None:
    """Symbol, title, kind, stage, language and date of every publication of every source, and nothing else."""
    site.publish_next(step)
    found = await harvests(site, tmp_path)
    assert {harvest.source_id: (harvest.outcome, harvest.error) for harvest in found} == {
        harvest.source_id: ("ok", None) for harvest in found
    }
    wanted = {
        (source, *(entry[key] for key in ("symbol", "title", "kind", "stage", "language", "published")))
        for entry in newest(expected, step).values()
        for source in entry["sources"]
    }
    shown = {described(publication) for harvest in found for publication in harvest.publications}
    assert {_without_markup(row) for row in shown} == {_without_markup(row) for row in wanted}


async def test_authors_and_subjects_are_those_of_the_posts(
    site: PublicationSite, tmp_path: Path, expected: list[dict[str, Any]]
) -> None:
    """An author "system admin" is nobody; a post under two terms is one document with both."""
    found = [publication for harvest in await harvests(site, tmp_path) for publication in harvest.publications]
    posts = {entry["title"]: entry for entry in expected if entry["kind"] == "initiative"}
    for publication in found:
        if publication.kind == "initiative" and "Warning" not in publication.title:
            assert publication.author == posts[publication.title]["author"], publication.title
    hotline = [publication for publication in found if publication.title.startswith("Hotline")]
    assert len({publication.document_id for publication in hotline}) == 1
    assert {topic for publication in hotline for topic in publication.topics} == {
        "labour migration",
        "migrant smuggling",
    }


async def test_one_document_has_one_identity_in_all_its_sources(
    site: PublicationSite, tmp_path: Path, expected: list[dict[str, Any]]
) -> None:
    """As many identities as documents: a resolution in the catalogue is the one found by its symbol."""
    found = [publication for harvest in await harvests(site, tmp_path) for publication in harvest.publications]
    assert len({publication.document_id for publication in found}) == len(newest(expected, 0))


async def test_drafts_corrigenda_and_adopted_texts_are_linked(site: PublicationSite, tmp_path: Path) -> None:
    """The sources state which draft a text was adopted from, and what a corrigendum corrects."""
    site.publish_next(6)
    found = [publication for harvest in await harvests(site, tmp_path) for publication in harvest.publications]
    related = {
        (publication.symbol or publication.title, link.relation, link.symbol)
        for publication in found
        for link in publication.related
    }
    assert {
        ("The role of parliaments in ending the detention of migrant children", "draft_of", "C-I/152/DR"),
        ("Parliamentary oversight of border technology", "draft_of", "C-III/152/DR"),
        ("A/RES/81/901", "draft_of", "A/C.3/81/L.91"),
        ("A/RES/81/902/Corr.1", "corrects", "A/RES/81/902"),
    } <= related


async def test_what_was_not_taken_is_said(site: PublicationSite, tmp_path: Path) -> None:
    """Of the catalogue: another subject, a voting record and a withdrawn record, each with its reason."""
    (catalogue,) = [found for found in await harvests(site, tmp_path) if found.source_id == "demo-un-library"]
    assert len(catalogue.dropped) == 3
    assert all(row.reason for row in catalogue.dropped)


def test_the_subscriptions_of_the_demonstration_are_valid() -> None:
    """They load, and every target is a mailbox or the terminal: nothing can leave the machine."""
    subscriptions = load_subscriptions(folder.parent)
    assert {target.url for target in subscriptions.targets.values()} == {"mailbox", "terminal"}


def _without_markup(row: tuple[object, ...]) -> tuple[object, ...]:
    """A feed reader takes `<script>…</script>` out of a title, a listing shows it as text; both are harmless."""
    return tuple(str(part).partition(" <script>")[0] for part in row)
