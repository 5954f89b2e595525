"""`mandates sources check --live --save`: a live answer becomes a sample for the tests, and says so honestly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from flows.cli import cli
from tests.sites.publisher import Answer, Publisher

if TYPE_CHECKING:
    from click.testing import Result

pytestmark = pytest.mark.slow

pdf = (Path(__file__).parent.parent / "sites" / "un-ga-81" / "4.pdf").read_bytes()
links = {"title": {"css": "a"}, "url": {"css": "a", "attr": "href"}}
policy = {"private_addresses": True, "pace": "0s", "attempts": 1}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A folder for sources.yaml."""
    folder = tmp_path / "config"
    folder.mkdir()
    return folder


async def check(config: Path, *words: str, source: dict[str, object] | None = None) -> Result:
    """`mandates sources check test`, in a thread: the publisher answers in this one."""
    import asyncio

    if source is not None:
        with (config / "sources.yaml").open("w", encoding="utf-8") as file:
            YAML().dump([{"id": "test", "policy": policy, **source}], file)
    words = ("--config", str(config), "sources", "check", "test", *words)
    return await asyncio.to_thread(CliRunner().invoke, cli, words)


def site(publisher: Publisher) -> dict[str, object]:
    """A listing with a key in its address, a row that moved, a PDF, a row that is gone and one that breaks off."""
    rows = "".join(
        f"<li><a href='{url}'>{title}</a></li>"
        for url, title in (("/old", "Moved"), ("/4.pdf", "Housing"), ("/gone", "Gone"), ("/torn", "Torn"))
    )
    url = publisher.says("/list?token=hunter2", f"<ul>{rows}</ul>")
    publisher.says("/old", Answer(b"", 302, headers={"Location": "/new/place"}))
    publisher.says("/new/place", "<html><body><main><p>It was moved here.</p></main></body></html>")
    publisher.says("/4.pdf", Answer(pdf, type="application/pdf"))
    publisher.says("/torn", Answer(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<html>"))
    return {"kind": "listing", "url": url, "item": {"css": "li"}, "fields": links, "detail": {"follow": True}}


async def test_a_live_answer_becomes_a_sample_that_gives_the_same(
    publisher: Publisher, config: Path, tmp_path: Path
) -> None:
    """What the web gave is given without the web, with redirects and dead links; what could not be kept is named."""
    folder = tmp_path / "sample"
    saved = await check(config, "--live", "--save", str(folder), "--json", source=site(publisher))
    assert saved.exit_code == 0
    live = json.loads(saved.stdout)
    assert [publication["title"] for publication in live["publications"]] == ["Moved", "Housing"]
    assert f"saved 4 responses in {folder}" in saved.stderr
    assert "not saved, because the response was incomplete" in saved.stderr
    assert "/torn" in saved.stderr
    assert "expected.json is new" in saved.stderr
    assert "different publications" not in saved.stderr
    publisher.asked.clear()
    sample = json.loads((await check(config, "--sample", str(folder), "--json")).stdout)
    assert publisher.asked == []
    assert sample["publications"] == live["publications"]
    assert sample == json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    assert "hunter2" not in (folder / "site.yaml").read_text(encoding="utf-8")


async def test_a_sample_is_renewed_and_says_whether_anything_changed(
    publisher: Publisher, config: Path, tmp_path: Path
) -> None:
    """The files of the former sample go, a stranger's file stays, and a change of what is expected is told."""
    folder = tmp_path / "sample"
    await check(config, "--live", "--save", str(folder), source=site(publisher))
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    assert "is unchanged: the source" in (await check(config, "--live", "--save", str(folder))).stderr
    publisher.says("/list?token=hunter2", "<ul><li><a href='/4.pdf'>Homes</a></li></ul>")
    renewed = await check(config, "--live", "--save", str(folder))
    assert "saved 2 responses" in renewed.stderr
    assert "expected.json has changed" in renewed.stderr
    assert len(list(folder.iterdir())) == 2 + len(["site.yaml", "expected.json", "notes.txt"])


async def test_a_catalogue_is_sampled_for_any_day(publisher: Publisher, config: Path, tmp_path: Path) -> None:
    """A sample of windows of time answers tomorrow too."""
    from datetime import UTC, datetime, timedelta

    today = datetime.now(UTC).date()
    start = (today - timedelta(days=3)).isoformat()
    parts = "".join(
        f'<datafield tag="{tag}"><subfield code="a">{words}</subfield></datafield>'
        for tag, words in (("191", "A/81/1"), ("245", "One /"))
    )
    marc = f'<metadata><record xmlns="http://www.loc.gov/MARC21/slim">{parts}</record></metadata>'
    body = f"<ListRecords><record><header><identifier>oai:x:1</identifier></header>{marc}</record></ListRecords>"
    xml = f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">{body}</OAI-PMH>'
    query = f"verb=ListRecords&metadataPrefix=marcxml&from={start}&until={today.isoformat()}"
    publisher.says(f"/oai?{query}", Answer(xml, type="text/xml"))
    folder = tmp_path / "sample"
    source = {"kind": "oai-marcxml", "url": publisher.url + "/oai", "start": start, "window": "30d"}
    assert (await check(config, "--live", "--save", str(folder), source=source)).exit_code == 0
    assert "from={any}&until={any}" in (folder / "site.yaml").read_text(encoding="utf-8")
    later = {**source, "start": (today - timedelta(days=9)).isoformat()}
    sample = json.loads((await check(config, "--sample", str(folder), "--json", source=later)).stdout)
    assert [publication["symbol"] for publication in sample["publications"]] == ["A/81/1"]


async def test_a_source_that_fails_leaves_no_sample(publisher: Publisher, config: Path, tmp_path: Path) -> None:
    """A challenge page must never become what is expected."""
    folder = tmp_path / "sample"
    url = publisher.says("/rss", Answer(b"", 202, headers={"x-amzn-waf-action": "challenge"}))
    result = await check(config, "--live", "--save", str(folder), source={"kind": "feed", "url": url})
    assert result.exit_code == 1
    assert "nothing was saved" in result.stderr
    assert not folder.exists()
    assert (await check(config, "--sample", str(config), "--save", str(folder))).exit_code == 2
