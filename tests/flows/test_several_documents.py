"""Several resolutions in one file, from the fetch to what people are notified of."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from config.sources import load_sources
from config.subscriptions import load_subscriptions
from flows.analysing import Analysing
from flows.commands.ingest import read_and_record
from flows.recording import record_landed, take_in
from flows.rereading import todays_reader
from scrapers.crawl.crawl import crawl
from scrapers.http.client import Fetcher
from scrapers.http.pacing import no_wait
from tests.alerts.made_findings import ask
from tests.patience import PATIENCE
from tests.sites.publisher import Answer
from warehouse.findings.reanalysis import reanalyse
from warehouse.load.source_memory import memory_of
from warehouse.store.database import session

if TYPE_CHECKING:
    from typing import Any

    from config.settings import Settings
    from scrapers.crawl.visit import Analyse
    from scrapers.publication import Harvest, Memory
    from tests.sites.publisher import Publisher
    from warehouse.findings.reanalysis import Reanalysed
    from warehouse.model import Recorded

pytestmark = pytest.mark.slow

SHIPPED = Path(__file__).parent.parent.parent / "config"
ANALYSE = Analysing(SHIPPED / "sessions.yaml")

FERRIES = """81/211. Crews of river ferries

The General Assembly,

Recalling its resolution 75/112 of 9 December 2020,

1. Requests the Secretary-General to report on the crews of river ferries at its eighty-third session;

2. Encourages Member States to inspect river ferries every year.

64th plenary meeting
16 December 2026
"""
ORCHARDS = """81/212. Workers in orchards

The General Assembly,

Noting the needs of those who work in orchards,

1. Invites Governments to license those who recruit for orchards;

2. Requests the Secretary-General to convene a meeting of experts on orchards in 2028.

64th plenary meeting
16 December 2026
"""
COVER = "Resolutions adopted on the reports of the Third Committee\n\n"
TAIL = """9. Requests the Executive Secretary to circulate the present resolution to the regional commissions;

10. Decides to remain seized of the matter.

63rd plenary meeting
15 December 2026

"""
SOURCE = """
- id: volumes
  kind: listing
  url: "{url}/volumes"
  publishes: resolution
  language: en
  item: {{css: li}}
  fields: {{title: {{css: a}}, url: {{css: a, attr: href}}}}
  detail: {{}}
  {more}
  policy: {{private_addresses: true, pace: 0s, attempts: 1}}
"""


class Office:
    """A home, its configuration, and a site whose listing shows files of resolutions."""

    def __init__(self, settings: Settings, publisher: Publisher) -> None:
        self.settings = settings
        self.publisher = publisher
        self.analyse: Analyse = ANALYSE
        self.configure()

    def configure(self, more: str = "") -> None:
        """Write the source's configuration, with these lines more."""
        config = SOURCE.format(url=self.publisher.url, more=more)
        (self.settings.config / "sources.yaml").write_text(config)

    def shows(self, **files: str) -> None:
        """Let the listing show these text files."""
        links = "".join(f"<li><a href=/{name}.txt>Volume {name}</a></li>" for name in files)
        self.publisher.says("/volumes", f"<ul>{links}</ul>")
        for name, text in files.items():
            self.publisher.says(f"/{name}.txt", Answer(text, type="text/plain; charset=utf-8"))

    async def harvest(self, memory: Memory | None = None) -> Harvest:
        """Ask the source."""
        (source,) = load_sources(self.settings.config / "sources.yaml")
        known = memory or memory_of(self.settings.home, "volumes", wait_seconds=PATIENCE)
        async with Fetcher("mailto:operator@example.org", sleep=no_wait) as fetcher:  # type: ignore[arg-type]
            harvest = await crawl(source, replace(known, validators={}), fetcher, analyse=self.analyse)
        assert harvest.error is None
        return harvest

    async def record(self, harvest: Harvest) -> Recorded:
        """Land a harvest and record it."""
        take_in(self.settings.home, harvest, self.analyse)
        return await asyncio.to_thread(record_landed, self.settings, load_subscriptions(self.settings.config))

    async def fetch(self) -> Recorded:
        """Ask the source and record what it shows."""
        return await self.record(await self.harvest())

    def reread(self) -> Reanalysed:
        """Read all that was kept again."""
        with todays_reader(self.settings) as reader:
            return reanalyse(self.settings.home, reader, apply=True)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What the live file answers."""
        return ask(self.settings.home, sql)


@pytest.fixture
def office(settings_of_a_desk: Settings, publisher: Publisher) -> Office:
    """An office whose desk is notified of everything after the first crawl."""
    return Office(settings_of_a_desk, publisher)


def notified(recorded: Recorded) -> list[tuple[str, str | None]]:
    """The findings of a recording that are not part of a baseline: kind and symbol."""
    return sorted((each.kind, each.document.symbol) for each in recorded.findings if not each.baseline)


async def test_each_resolution_of_a_file_is_a_document(office: Office) -> None:
    """One file with two resolutions is two documents with their own text, seen at the file's address."""
    office.shows(one=COVER + FERRIES + ORCHARDS)
    done = await office.fetch()
    assert (done.new_documents, done.new_versions, done.sightings) == (2, 2, 2)
    assert office.rows("SELECT symbol, title, body, kind, published_on::VARCHAR FROM documents ORDER BY symbol") == [
        ("A/RES/81/211", "Crews of river ferries", "UNGA", "resolution", "2026-12-16"),
        ("A/RES/81/212", "Workers in orchards", "UNGA", "resolution", "2026-12-16"),
    ]
    raw = hashlib.sha256((COVER + FERRIES + ORCHARDS).encode()).hexdigest()
    texts = office.rows("SELECT text, raw_sha256, part FROM versions ORDER BY part")
    assert texts[1] == (ORCHARDS.rstrip(), raw, "A/RES/81/212")
    assert FERRIES.rstrip() in texts[0][0]
    assert "orchards" not in texts[0][0]
    assert office.rows("SELECT DISTINCT url FROM sightings") == [(f"{office.publisher.url}/one.txt",)]
    clauses = office.rows(
        'SELECT symbol, number, text["start" + 1:"end"] = quote FROM clauses JOIN versions USING (version_id) '
        "JOIN documents ON documents.document_id = clauses.document_id ORDER BY ALL"
    )
    assert clauses == [(f"A/RES/81/21{n}", str(number), True) for n in (1, 2) for number in (1, 2)]
    assert [finding.baseline for finding in done.findings] == [True] * len(done.findings)


async def test_only_what_is_not_known_yet_is_notified(office: Office) -> None:
    """A resolution that is known from a separate file is sighted again; the others in the file are news."""
    office.shows(alone=ORCHARDS)
    await office.fetch()
    office.shows(alone=ORCHARDS, both=COVER + FERRIES + ORCHARDS)
    done = await office.fetch()
    assert notified(done) == [("new_document", "A/RES/81/211"), ("new_mandate", "A/RES/81/211")]
    versions = office.rows(
        "SELECT symbol, count(*) FROM versions JOIN documents USING (document_id) GROUP BY ALL ORDER BY 1"
    )
    assert versions == [
        ("A/RES/81/211", 1),
        ("A/RES/81/212", 1),
    ]  # fmt: skip
    again = await office.fetch()
    assert (again.new_documents, again.new_versions, again.findings) == (0, 0, ())


async def test_a_cut_copy_among_others_is_not_a_new_version(office: Office) -> None:
    """A page that shows the beginning of a resolution takes nothing from the copy in a separate file."""
    office.shows(alone=ORCHARDS)
    await office.fetch()
    office.shows(alone=ORCHARDS, both=FERRIES + ORCHARDS.partition("2. Requests")[0])
    done = await office.fetch()
    assert notified(done) == [("new_document", "A/RES/81/211"), ("new_mandate", "A/RES/81/211")]
    shown = "SELECT text FROM versions JOIN sightings USING (version_id) JOIN documents USING (document_id)"
    shown = shown.replace("USING (document_id)", "ON documents.document_id = sightings.document_id")
    assert all("2. Requests" in text for (text,) in office.rows(f"{shown} WHERE symbol = 'A/RES/81/212'"))


async def test_the_end_of_another_resolution_is_a_document_by_its_address(office: Office) -> None:
    """Clauses before the first head belong to neither resolution that follows."""
    office.shows(one=TAIL + FERRIES + ORCHARDS)
    await office.fetch()
    found = office.rows(
        "SELECT symbol, list(number ORDER BY position) FROM documents JOIN clauses USING (document_id) GROUP BY ALL ORDER BY 1 NULLS FIRST"  # noqa: E501 - one statement
    )
    assert found == [(None, ["9", "10"]), ("A/RES/81/211", ["1", "2"]), ("A/RES/81/212", ["1", "2"])]


async def test_a_file_that_is_shown_again_is_seen_for_each_of_its_documents(office: Office) -> None:
    """All documents of a file that has not changed were last seen at the same time, and none is new."""
    office.shows(one=FERRIES + ORCHARDS)
    await office.fetch()
    before = office.rows("SELECT max(last_seen) FROM sightings")
    done = await office.fetch()
    assert (done.new_documents, done.new_versions, done.findings) == (0, 0, ())
    ((least, most),) = office.rows("SELECT min(last_seen), max(last_seen) FROM sightings")
    assert least == most
    assert most > before[0][0]


async def test_the_filter_is_asked_for_each_document(office: Office) -> None:
    """Of a file only the resolutions that concern us are taken; the others are listed as left out."""
    office.configure("filter: {words: [orchards], where: [text]}")
    office.shows(one=FERRIES + ORCHARDS)
    harvest = await office.harvest()
    recorded = await office.record(harvest)
    assert recorded.new_documents == 1
    assert (
        office.rows("SELECT symbol, relevance FROM documents JOIN sightings USING (document_id)")[0][0]
        == "A/RES/81/212"
    )
    assert [(row.title, row.kind) for row in harvest.dropped] == [("Crews of river ferries", "filtered")]


async def test_rereading_keeps_each_document_to_its_own_words(office: Office) -> None:
    """Reading the kept bytes again gives every document its own span, and changes nothing."""
    office.shows(one=TAIL + FERRIES + ORCHARDS)
    await office.fetch()
    before = office.rows("SELECT version_id, text FROM versions ORDER BY ALL")
    with session(office.settings.home) as connection:
        connection.execute("UPDATE versions SET reader = 0")
    done = await asyncio.to_thread(office.reread)
    assert (done.texts, done.changes, done.read_otherwise) == (3, (), 0)
    assert office.rows("SELECT version_id, text FROM versions ORDER BY ALL") == before
    assert office.rows("SELECT count(*) FROM versions WHERE part IS NULL OR reader = 0") == [(0,)]


async def test_a_file_that_was_recorded_whole_comes_apart_in_silence(office: Office) -> None:
    """Rules that find two documents in bytes that were one before change the record, and notify nobody."""
    office.shows(one=FERRIES + ORCHARDS)
    office.analyse = ANALYSE.whole
    assert (await office.record(await office.harvest())).new_documents == 1
    tasks = office.rows("SELECT task_key, verb FROM mandates ORDER BY 1")
    with session(office.settings.home) as connection:
        connection.execute("UPDATE analyses SET rules = 1; DELETE FROM items")
    office.analyse = ANALYSE
    done = await office.fetch()
    assert (done.new_documents, done.findings) == (1, ())
    assert office.rows("SELECT part FROM versions ORDER BY 1") == [("A/RES/81/211",), ("A/RES/81/212",)]
    # Every name that a task had leads to a task with the same verb.
    led = "SELECT coalesce(new, known.key) FROM (SELECT unnest($1) AS key) AS known LEFT JOIN key_aliases ON old = key"
    with session(office.settings.home) as connection:
        now = connection.execute(
            f"SELECT verb FROM mandates WHERE task_key IN ({led})",
            [[key for key, _ in tasks]],
        ).fetchall()
    assert sorted(verb for (verb,) in now) == sorted(verb for _, verb in tasks)


async def test_local_files_hold_several_documents_too(office: Office, tmp_path: Path) -> None:
    """`ingest` records each resolution of a file; the file, unchanged, is not read again."""
    path = tmp_path / "volume.txt"
    path.write_text(COVER + FERRIES + ORCHARDS)
    crawl, recorded = await read_and_record("local", [path], lambda _done, _of: None)
    assert (recorded.new_documents, len(crawl.harvest.publications)) == (2, 2)
    assert office.rows("SELECT symbol FROM documents ORDER BY symbol") == [("A/RES/81/211",), ("A/RES/81/212",)]
    _, again = await read_and_record("local", [path], lambda _done, _of: None)
    assert (again.new_documents, again.findings) == (0, ())
