"""A better reader is not news: an upgraded home, and texts that are the publisher's change or ours."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from config.sources import load_sources
from config.subscriptions import load_subscriptions
from flows.analysing import Analysing
from flows.recording import record_landed, take_in
from flows.rereading import todays_reader
from mandates import RULES_VERSION
from scrapers.publication import Memory
from scrapers.text.readers import READERS
from tests.sites.publisher import Answer, crawled
from tests.warehouse.former import RUNNING_HEAD, as_former_version, former_harvest
from warehouse.findings.finding import UNREAD
from warehouse.findings.reanalysis import reanalyse
from warehouse.store.database import session

if TYPE_CHECKING:
    from typing import Any

    from config.settings import Settings
    from tests.sites.publisher import Publisher
    from warehouse.findings.reanalysis import Reanalysed
    from warehouse.model import Recorded

pytestmark = pytest.mark.slow

SHIPPED = Path(__file__).parent.parent.parent / "config"
ANALYSE = Analysing(SHIPPED / "sessions.yaml")
STEADY, LIVELY, NAMELESS = 60, 30, 10

PAGE = """<html><head><title>Lighthouse {n}</title></head><body><main><h1>Lighthouse {n} of the {place}</h1>
<p>The Example Assembly,</p>
<p>Recalling the long service of lighthouse number {n} and of all who keep it,</p>
<p>1. Requests the Secretary-General to submit a report on the state of lighthouse {n} by {day};</p>
<p>2. Requests the Secretariat to convene a meeting of the keepers of lighthouse {n} before the end of 2031.</p>
</main><footer>{token}</footer></body></html>"""

SOURCE = """
- id: {id}
  kind: listing
  url: "{url}/{id}"
  body: UNGA
  publishes: resolution
  language: en
  item: {{css: li}}
  fields: {{title: {{css: a}}, url: {{css: a, attr: href}}}}
  detail: {{}}
  identity: {{by: [{by}]}}
  policy: {{private_addresses: true, pace: 0s, attempts: 1, max_new: 2000, per_host: 8}}
"""


class Town:
    """A home with its configuration, and the site that its sources ask."""

    def __init__(self, settings: Settings, publisher: Publisher) -> None:
        self.settings = settings
        self.publisher = publisher
        config = "".join(
            SOURCE.format(id=name, url=publisher.url, by=by)
            for name, by in (("lighthouses", "symbol, url"), ("nameless", "text"))
        )
        (settings.config / "sources.yaml").write_text(config)
        self.sources = load_sources(settings.config / "sources.yaml")

    def shows(self, source: str, numbers: range, *, lively: range = range(0), day: str = "30 June 2031") -> None:
        """Let a source list these pages; the bytes of `lively` ones differ each time they are asked for."""
        links = "".join(f"<li><a href=/{source}/{n}>Lighthouse {n}</a></li>" for n in numbers)
        self.publisher.says(f"/{source}", f"<ul>{links}</ul>")
        for n in numbers:
            place = "harbour" if n % 10 == 0 else "coast"
            pages = [PAGE.format(n=n, place=place, day=day, token=f"token {turn}") for turn in range(2)]
            self.publisher.says(f"/{source}/{n}", *(Answer(page) for page in (pages if n in lively else pages[:1])))

    async def fetch(self, *, former: bool = False) -> Recorded:
        """Ask all sources, unconditionally and without any memory, and record what they show."""
        for source in self.sources:
            harvest = await crawled(source, Memory(first_crawl=False))
            assert harvest.error is None
            take_in(self.settings.home, former_harvest(harvest) if former else harvest, ANALYSE)
        # Recording reads kept texts again in an event loop of its own.
        return await asyncio.to_thread(record_landed, self.settings, load_subscriptions(self.settings.config))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What the live file answers."""
        with session(self.settings.home) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture
def town(settings_of_a_desk: Settings, publisher: Publisher) -> Town:
    """A town by the sea; everybody is notified of everything, after the first crawl."""
    return Town(settings_of_a_desk, publisher)


@pytest.mark.parametrize("scale", [1, pytest.param(10, marks=pytest.mark.long)])
async def test_an_upgraded_home_sends_nothing_and_gains_no_document(
    town: Town, caplog: pytest.LogCaptureFixture, scale: int
) -> None:
    """Documents of the former version, fetched again: no finding, no document, no version; rows are renewed.

    They are 100, and 1,000 in the long runs.
    """
    # No number ends in 404: such a title is taken for an error page.
    first, last, all_of_them = 4500, 4500 + (STEADY + LIVELY) * scale, (STEADY + LIVELY + NAMELESS) * scale
    town.shows("lighthouses", range(first, last), lively=range(first + STEADY * scale, last))
    town.shows("nameless", range(1000, 1000 + NAMELESS * scale))
    assert (await town.fetch(former=True)).new_documents == all_of_them
    as_former_version(town.settings.home)
    mandates, alerts = town.rows("SELECT count(*) FROM mandates"), town.rows("SELECT count(*) FROM alerts")
    first_seen = town.rows("SELECT document_id, first_seen FROM versions ORDER BY ALL")

    done = await town.fetch()
    assert (done.new_documents, done.new_versions, done.findings, done.alerts, done.deliveries) == (0, 0, (), 0, 0)
    assert town.rows("SELECT count(*) FROM documents UNION ALL SELECT count(*) FROM versions") == [(all_of_them,)] * 2
    assert town.rows("SELECT count(*) FROM alerts") == alerts
    assert town.rows("SELECT document_id, first_seen FROM versions ORDER BY ALL") == first_seen
    assert town.rows(f"SELECT count(*) FROM versions WHERE contains(text, '{RUNNING_HEAD}')") == [(0,)]
    assert town.rows("SELECT DISTINCT reader, rules FROM versions JOIN analyses USING (version_id)") == [
        (READERS["text/html"], RULES_VERSION)
    ]
    assert town.rows("SELECT count(*) FROM sightings ANTI JOIN versions USING (document_id, version_id)") == [(0,)]
    spans = town.rows('SELECT text, "start", "end", quote FROM mandates JOIN versions USING (version_id)')
    assert all(text[start:end] == quote for text, start, end, quote in spans)

    gained = sum(each.gained for each in done.rereadings)
    assert len(done.rereadings) == all_of_them
    assert gained > 0
    assert len(spans) == mandates[0][0] + gained - sum(each.lost for each in done.rereadings)
    assert f"{all_of_them:,} documents read differently by the newer reader: {gained} mandates gained" in caplog.text

    again = await town.fetch()
    assert (again.new_documents, again.new_versions, again.findings, again.rereadings) == (0, 0, (), ())


async def test_only_what_the_publisher_changed_is_news_after_an_upgrade(town: Town) -> None:
    """Deadlines that changed together with the reader: one changed clause each, against the text as read today."""
    town.shows("lighthouses", range(1, 5), lively=range(1, 5))
    town.shows("nameless", range(1000, 1001))
    await town.fetch(former=True)
    as_former_version(town.settings.home)
    town.shows("lighthouses", range(1, 5), lively=range(1, 5), day="31 March 2031")
    done = await town.fetch()
    assert {(finding.kind, finding.clause.number, finding.note) for finding in done.findings} == {
        ("changed_clause", "1", None)
    }
    assert len(done.findings) == done.new_versions == 4
    assert all(RUNNING_HEAD not in (finding.before or "") for finding in done.findings)
    assert town.rows("SELECT count(*) FROM versions") == [(9,)]


async def test_a_change_whose_former_bytes_are_gone_says_who_read_it(town: Town) -> None:
    """Without the bytes nobody can tell the reader's part from the publisher's, so it is a change, and says so."""
    town.shows("lighthouses", range(1, 2))
    town.shows("nameless", range(1000, 1001))
    await town.fetch(former=True)
    as_former_version(town.settings.home)
    for path in (town.settings.home / "raw").glob("*/*.zst"):
        path.unlink()
    town.shows("lighthouses", range(1, 2), day="31 March 2031")
    done = await town.fetch()
    assert done.findings
    assert {finding.note for finding in done.findings} == {UNREAD}


@pytest.mark.slow
async def test_reanalyse_reports_what_reads_otherwise_and_sends_nothing(town: Town) -> None:
    """On a former home it shows texts and mandates gained; applied, it leaves what a fetch would, and no alert."""
    town.shows("lighthouses", range(20))
    town.shows("nameless", range(1000, 1010))
    await town.fetch(former=True)
    as_former_version(town.settings.home)
    before = town.rows("SELECT count(*) FROM alerts UNION ALL SELECT count(*) FROM findings")

    def read(*, apply: bool) -> Reanalysed:
        with todays_reader(town.settings) as reader:
            return reanalyse(town.settings.home, reader, apply=apply)

    shown = await asyncio.to_thread(read, apply=False)
    assert (shown.texts, shown.read_otherwise) == (30, 30)
    assert {(change.unit, change.change) for change in shown.changes} >= {("mandate", "gained")}
    assert town.rows("SELECT count(*) FROM rereadings") == [(0,)]
    applied = await asyncio.to_thread(read, apply=True)
    assert applied.changes == shown.changes
    assert (applied.findings, applied.alerts) == ((), 0)
    assert town.rows("SELECT count(*) FROM rereadings UNION ALL SELECT count(*) FROM versions") == [(30,), (30,)]
    assert town.rows("SELECT count(*) FROM alerts UNION ALL SELECT count(*) FROM findings") == before
    assert (await asyncio.to_thread(read, apply=True)).read_otherwise == 0
    assert (await town.fetch()).rereadings == ()


async def test_an_upgrade_gives_keys_that_the_next_crawl_keeps(town: Town) -> None:
    """A former home's tasks get keys and nobody is notified; read by today's reader they keep them, or lead on."""
    town.shows("lighthouses", range(1, 21), lively=range(1, 21))
    town.shows("nameless", range(1000, 1005))
    await town.fetch(former=True)
    as_former_version(town.settings.home)
    before = town.rows("SELECT count(*) FROM alerts UNION ALL SELECT count(*) FROM findings")
    assert town.rows("SELECT count(*) FROM clauses WHERE clause_key IS NULL") == [(0,)]
    former = {row[0] for row in town.rows("SELECT task_key FROM tasks")}
    assert len(former) >= 25
    assert None not in former

    done = await town.fetch()
    assert len(done.rereadings) == 25
    assert (done.findings, done.alerts, done.deliveries) == ((), 0, 0)
    assert town.rows("SELECT count(*) FROM alerts UNION ALL SELECT count(*) FROM findings") == before
    now = {row[0] for row in town.rows("SELECT task_key FROM tasks")}
    led = {old for old, new in town.rows("SELECT old, new FROM key_aliases") if new in now}
    assert former <= now | led
    assert led
