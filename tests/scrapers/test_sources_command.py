"""`mandates sources`: what operators see of their sources."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from config.settings import Settings
from config.sources import load_sources
from config.subscriptions import Subscriptions
from flows.analysing import Analysing
from flows.cli import cli
from flows.recording import record_landed, take_in
from scrapers.samples.proposal import propose
from scrapers.samples.recorded import RecordedAnswers
from tests.sites.publisher import Publisher, crawled, files_read, source_of

if TYPE_CHECKING:
    from click.testing import Result

ANALYSE = Analysing(Path(__file__).parents[2] / "config" / "sessions.yaml")

sites = Path(__file__).parent.parent / "sites"
project = sites.parent.parent


def mandates(*words: str) -> Result:
    """Run the command with the project's own configuration."""
    return CliRunner().invoke(cli, ["--config", str(project / "config"), *words])


def test_the_list_shows_all_sources_and_why_some_are_off() -> None:
    """Sources that are off carry their reason."""
    result = mandates("sources", "--json")
    assert result.exit_code == 0
    rows = {row["id"]: row for row in json.loads(result.stdout)}
    assert set(rows) == {source.id for source in load_sources(project / "config" / "sources.yaml")}
    assert "appname" in rows["reliefweb-migration"]["off"]
    assert rows["un-ga-81"]["off"] is None


def test_the_list_has_states_and_no_keys(home: Path, tmp_path: Path) -> None:
    """`sources list` shows the state of each source, and no key that an address holds; --json likewise."""
    (tmp_path / "sources.yaml").write_text(
        "- {id: a, kind: feed, url: 'https://example.org/rss?api_key=hunter2&page=1'}\n"
        "- {id: b, kind: feed, url: 'https://example.org/b', off: 'it needs a key'}\n"
    )
    table, rows = (
        CliRunner().invoke(cli, ["--config", str(tmp_path), "sources", "list", *form]).stdout
        for form in ([], ["--json"])
    )
    assert [(row["id"], row["state"]) for row in json.loads(rows)] == [("a", "late"), ("b", "off")]
    for shown in (table, rows):
        assert "https://example.org/rss?api_key=…&page=1" in shown
        assert "hunter2" not in shown


def test_check_shows_field_by_field_what_would_be_recorded_and_why_rows_are_dropped() -> None:
    """A saved sample is enough to try a source."""
    result = mandates("sources", "check", "un-ga-81", "--sample", str(sites / "un-ga-81"))
    assert result.exit_code == 0
    words = " ".join(result.stdout.split())
    assert "symbol A/RES/81/4" in words
    assert "published_origin document" in words
    assert "filtered out" in words
    assert "concerns none of" in words


@pytest.mark.parametrize(
    ("source", "file", "taken"),
    [
        ("iom-council", "session.html", ["C/115/RES/1412", "C/115/RES/1413", "C/115/RES/1414", "C/115/RES/1415"]),
        ("un-digital-library", "second.xml", ["A/81/960/Add.1"]),
        ("aalco-51", "list.html", []),
    ],
)
def test_one_saved_page_stands_for_what_a_source_asks_first(source: str, file: str, taken: list[str]) -> None:
    """The known session, any window of a catalogue; what it leads to is not there."""
    result = mandates("sources", "check", source, "--sample", str(sites / source / file), "--json")
    shown = json.loads(result.stdout)
    assert [publication["symbol"] for publication in shown["publications"]] == taken
    assert shown["items_seen"] > 0


def test_one_saved_document_stands_for_the_first_of_a_series(tmp_path: Path) -> None:
    """A series of symbols is tried with one file, which answers for its lowest number."""
    (tmp_path / "sources.yaml").write_text(
        "- {id: a, kind: symbol-probe, template: 'A/RES/81/{number}', url: 'https://example.org/{symbol:quoted}'}\n"
    )
    words = (
        "--config",
        str(tmp_path),
        "sources",
        "check",
        "a",
        "--sample",
        str(sites / "un-ga-81" / "1.pdf"),
        "--json",
    )
    shown = json.loads(CliRunner().invoke(cli, words).stdout)
    assert [publication["symbol"] for publication in shown["publications"]] == ["A/RES/81/1"]


def test_check_fails_where_the_source_would(tmp_path: Path) -> None:
    """A page without rows is a failure with exit code 1, and says what was expected."""
    page = tmp_path / "empty.html"
    page.write_text("<html><body>nothing</body></html>", encoding="utf-8")
    result = mandates("sources", "check", "gfmd-migrant-smuggling", "--sample", str(page))
    assert result.exit_code == 1
    assert "at least 1" in result.stdout


def test_check_wants_to_know_where_to_look() -> None:
    """Neither or both of --live and --sample is a usage error."""
    assert mandates("sources", "check", "un-ga-81").exit_code == 2


def test_the_status_of_sources_that_were_never_crawled(home: Path) -> None:
    """Without a snapshot all are late or off; --strict makes that an exit code."""
    result = mandates("sources", "status", "--json")
    assert result.exit_code == 0
    states = {row["source"]: row["state"] for row in json.loads(result.stdout)}
    assert states["un-ga-81"] == "late"
    assert states["reliefweb-migration"] == "off"
    assert mandates("sources", "status", "--strict").exit_code == 1


async def test_the_status_shows_what_is_configured_no_longer(publisher: Publisher, home: Path, tmp_path: Path) -> None:
    """A source with a history that is not in the file is named, as is the file; what was only ingested is not."""
    source = source_of(kind="feed", url=publisher.says("/rss", "<p>We have moved.</p>"))
    take_in(home, await crawled(source), ANALYSE)
    paper = tmp_path / "paper.txt"
    paper.write_text("The Council decides to meet again.", encoding="utf-8")
    take_in(home, files_read("desk", [paper]), ANALYSE)
    record_landed(Settings(), Subscriptions((), {}))
    words = " ".join(mandates("sources", "status").stdout.split())
    assert "unlisted not in this file" in words
    assert f"sources: {project / 'config' / 'sources.yaml'}" in words
    states = {row["source"]: row["state"] for row in json.loads(mandates("sources", "status", "--json").stdout)}
    assert states["test"] == "unlisted"
    assert "desk" not in states


async def test_a_source_that_never_answered_is_failing_since_its_first_crawl(
    publisher: Publisher, home: Path, tmp_path: Path
) -> None:
    """There is a day in the column `since` even where no crawl ever succeeded."""
    config = tmp_path / "config"
    config.mkdir()
    url = publisher.says("/rss", "<p>We have moved.</p>")
    with (config / "sources.yaml").open("w", encoding="utf-8") as file:
        YAML().dump([{"id": "test", "kind": "feed", "url": url, "policy": {"private_addresses": True}}], file)
    harvest = await crawled(source_of(kind="feed", url=url))
    take_in(home, harvest, ANALYSE)
    record_landed(Settings(), Subscriptions((), {}))
    result = CliRunner().invoke(cli, ["--config", str(config), "sources", "status", "--json"])
    (row,) = json.loads(result.stdout)
    assert (row["state"], row["since"]) == ("failing", harvest.started_at.isoformat())


async def test_a_source_with_failed_items_is_not_simply_healthy(
    publisher: Publisher, home: Path, tmp_path: Path
) -> None:
    """The status counts failed, waiting and filtered items apart, and names what failed with its reason."""
    rows = "".join(f"<li><a href='/d/{number}'>Decision {number}</a></li>" for number in range(4))
    blocks = {
        "id": "test",
        "kind": "listing",
        "url": publisher.says("/list", f"<ul>{rows}</ul>"),
        "item": {"css": "li"},
        "fields": {"title": {"css": "a"}, "url": {"css": "a", "attr": "href"}},
        "detail": {},
        "filter": {"without": ["2"]},
        "policy": {"private_addresses": True, "pace": "0s", "max_new": 2},
    }
    publisher.says("/d/0", "<main><p>The text.</p></main>")
    config = tmp_path / "config"
    config.mkdir()
    with (config / "sources.yaml").open("w", encoding="utf-8") as file:
        YAML().dump([blocks], file)
    (source,) = load_sources(config / "sources.yaml")
    take_in(home, await crawled(source), ANALYSE)
    record_landed(Settings(), Subscriptions((), {}))
    result = CliRunner().invoke(cli, ["--config", str(config), "sources", "status", "--json"])
    (row,) = json.loads(result.stdout)
    assert (row["state"], row["items_waiting"], row["items_filtered"], row["items_failed"]) == ("healthy", 1, 1, 1)
    assert [(item["title"], item["tries"]) for item in row["failing"]] == [("Decision 1", 1)]
    assert "status 404" in row["failing"][0]["reason"]
    said = CliRunner().invoke(cli, ["--config", str(config), "sources", "status"]).stdout
    words = " ".join(said.split())
    assert "1 item failed" in words
    assert "status 404" in words


def test_the_schema_is_json() -> None:
    """Editors can read it."""
    assert json.loads(mandates("sources", "schema").stdout)["$schema"].startswith("https://json-schema.org")


@pytest.mark.parametrize(
    ("name", "file", "kind"),
    [
        ("gfmd-migrant-smuggling", "page0.html", "listing"),
        ("un-network-on-migration", "list.html", "listing"),
        ("un-news-migration", "rss.xml", "feed"),
        ("reliefweb-migration", "list.json", "json"),
        ("bali-process", "posts.json", "json"),
    ],
)
async def test_a_proposal_is_a_source_that_loads(tmp_path: Path, name: str, file: str, kind: str) -> None:
    """What is proposed is valid YAML of the right kind, switched off until a person has checked it."""
    url = f"https://example.org/{name}"
    text = propose(await RecordedAnswers.single(url, sites / name / file).get(url))
    path = tmp_path / "sources.yaml"
    path.write_text(text, encoding="utf-8")
    (source,) = load_sources(path)
    assert (source.kind, source.enabled) == (kind, False)


async def test_a_proposal_prefers_the_feed_that_a_page_names(tmp_path: Path) -> None:
    """A feed in the page's head is better than a guess at its rows."""
    page = tmp_path / "page.html"
    page.write_text(
        "<html><head><link rel='alternate' type='application/rss+xml' href='/rss.xml'></head><body></body></html>",
        encoding="utf-8",
    )
    url = "https://example.org/news"
    (source,) = YAML(typ="safe").load(propose(await RecordedAnswers.single(url, page).get(url)))
    assert (source["kind"], source["url"]) == ("feed", "https://example.org/rss.xml")


async def test_a_proposed_listing_reads_its_rows(tmp_path: Path) -> None:
    """The selectors that are guessed give the rows' titles and addresses."""
    from scrapers.crawl.crawl import crawl
    from scrapers.publication import Memory
    from tests.sites.publisher import source_of

    rows = "".join(
        f"<div class='row'><h3><a href='/d/{n}'>A decision with a long name {n}</a></h3><time>{n} May 2026</time></div>"
        for n in range(1, 8)
    )
    page = tmp_path / "page.html"
    page.write_text(f"<html><body><nav><a href='/'>Home of the site</a></nav>{rows}</body></html>", encoding="utf-8")
    url = "https://example.org/decisions"
    answers = RecordedAnswers.single(url, page)
    (proposed,) = YAML(typ="safe").load(propose(await answers.get(url)))
    for name in ("detail", "off"):
        proposed.pop(name)
    harvest = await crawl(source_of(**proposed), Memory(), answers)
    assert [publication.title for publication in harvest.publications][:1] == ["A decision with a long name 1"]
    assert len(harvest.publications) == 7
    assert harvest.publications[0].published is not None


async def test_a_proposal_comes_from_the_web(publisher: Publisher) -> None:
    """`sources new` looks at the address itself; on a private network only when it is told so, and says how."""
    rows = "".join(f"<h3><a href='/d/{n}'>A decision with a long name {n}</a></h3>" for n in range(1, 8))
    url = publisher.says("/decisions", f"<html><body>{rows}</body></html>")
    result = await asyncio.to_thread(mandates, "sources", "new", url, "--private")
    (proposed,) = YAML(typ="safe").load(result.stdout)
    assert (proposed["kind"], proposed["url"], proposed["policy"]) == ("listing", url, {"private_addresses": True})
    refused = await asyncio.to_thread(mandates, "sources", "new", url)
    assert refused.exit_code == 1
    assert f"{url}: " in refused.stderr
    assert "--private" in refused.stderr
    gone = await asyncio.to_thread(mandates, "sources", "new", publisher.url + "/gone?token=hunter2", "--private")
    assert "status 404" in gone.stderr
    assert "hunter2" not in gone.stderr
