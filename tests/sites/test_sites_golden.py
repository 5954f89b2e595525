"""Every configured source has a recorded sample, and gives exactly the publications that are expected of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from config.sources import Source, load_sources
from flows.trial import as_shown
from scrapers.crawl.crawl import crawl
from scrapers.publication import Memory
from scrapers.samples.recorded import RecordedAnswers
from tests.sites.publisher import remembered

here = Path(__file__).parent
sources = load_sources(here.parent.parent / "config" / "sources.yaml")


@pytest.mark.parametrize("source", sources, ids=lambda source: source.id)
def test_every_source_has_a_sample_and_expected_publications(source: Source) -> None:
    """A source without a recorded sample, or without what is expected from it, is not finished."""
    folder = here / source.id
    assert (folder / "site.yaml").is_file(), f"record a sample of {source.id} in {folder}"
    assert (folder / "expected.json").is_file(), f"write {folder}/expected.json (run this folder's golden test once)"


def test_every_sample_belongs_to_a_source() -> None:
    """A sample whose source was renamed or removed would be read by nobody."""
    assert {folder.name for folder in here.iterdir() if (folder / "site.yaml").exists()} == {
        source.id for source in sources
    }


@pytest.mark.parametrize("source", sources, ids=lambda source: source.id)
async def test_a_sample_gives_what_is_expected(source: Source) -> None:
    """What a source gives from its sample equals expected.json; a missing one is written for review, and fails."""
    answers = RecordedAnswers.of(here / source.id)
    harvest = await crawl(source, Memory(), answers, now=answers.taken_at)
    found = as_shown(harvest)
    golden = here / source.id / "expected.json"
    if not golden.exists():
        golden.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        pytest.fail(f"{golden} was missing; it has been written: review it")
    assert found == json.loads(golden.read_text(encoding="utf-8"))


@pytest.mark.parametrize("source", sources, ids=lambda source: source.id)
async def test_a_second_crawl_of_a_sample_finds_nothing_new(source: Source) -> None:
    """What a crawl hands on is enough for the next one to read no document again."""
    answers = RecordedAnswers.of(here / source.id)
    first = await crawl(source, Memory(), answers, now=answers.taken_at)
    again = await crawl(source, remembered(first), answers, now=answers.taken_at)
    assert again.outcome in {"ok", "not_modified"}
    known = {publication.document_id for publication in first.publications}
    assert {publication.document_id for publication in again.publications} <= known
    assert not [publication for publication in again.publications if publication.text is not None]
