"""`mandates sources survey`: all sources in one go over real HTTP, each way in which a publisher can answer planted."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from flows.cli import cli
from tests.sites.publisher import Answer, Publisher

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

pytestmark = pytest.mark.slow

POLICY = {"private_addresses": True, "pace": "0s", "attempts": 1}
LISTING = {
    "kind": "listing",
    "item": {"css": "li.act"},
    "fields": {"title": {"css": "a"}, "url": {"css": "a", "attr": "href"}},
    "detail": {"follow": True},
}


ADJECTIVES = ["old", "green", "northern", "narrow", "famous", "quiet", "wooden", "distant", "empty"]


def rows(path: str, css: str = "act", count: int = 6) -> str:
    """A page of rows that link to pages below `path`."""
    items = "".join(
        f"<li class='{css}'><a href='{path}/{number}'>Decision number {number} on the counting of boats</a></li>"
        for number in range(count)
    )
    return f"<html><body><main><ul>{items}</ul></main></body></html>"


def planted(site: Publisher) -> list[dict[str, Any]]:
    """A source for each way to answer, under the name of what is to be said of it."""
    for number, thing in enumerate(("boats", "lamps", "ferries", "bridges", "orchards", "schools")):
        words = f"{thing} ".join(f"The {adjective} " for adjective in ADJECTIVES[number:] + ADJECTIVES[:number])
        site.says(f"/works/{number}", f"<html><body><main><p>{words}</p></main></body></html>")
    site.says("/robots.txt", Answer("User-agent: *\nDisallow: /private/\n", type="text/plain"))
    refusal = Answer(b"", 202, headers={"x-amzn-waf-action": "challenge"})
    urls = {
        "works": site.says("/works", rows("/works")),
        "robots": site.says("/private/list", rows("/private")),
        "refused": site.says("/refused", Answer(b"no", 403)),
        "challenged": site.says("/challenged", refusal),
        "too-often": site.says("/often", Answer(b"slowly", 429)),
        "changed": site.says("/changed", rows("/changed", "entry")),
        "gone": site.url + "/gone",
        "broken": site.says("/broken", Answer(b"out of order", 503)),
        "unreachable": "http://127.0.0.1:9/list",
    }
    sources: list[dict[str, Any]] = [
        {"id": name, "url": url, "policy": POLICY, **LISTING} for name, url in urls.items()
    ]
    empty = "<rss version='2.0'><channel><title>x</title></channel></rss>"
    feed = site.says("/rss", Answer(empty, type="application/rss+xml"))
    sources.append({"id": "empty", "kind": "feed", "url": feed, "item": {"expect": {"min": 0}}, "policy": POLICY})
    moved = site.says("/moved", as_json({"results": [{"title": "One", "url": "/1"}]}))
    sources.append(
        {"id": "moved", "kind": "json", "url": moved, "item": {"json": "data.*"}, "policy": POLICY}
        | {"fields": {"title": {"json": "title"}, "url": {"json": "url"}}}
    )
    sources.append({"id": "resting", "url": urls["works"], "off": "it is not wanted", "policy": POLICY, **LISTING})
    return sources


def as_json(value: object) -> Answer:
    """A value as a JSON answer."""
    return Answer(json.dumps(value), type="application/json")


async def survey(tmp_path: Path, sources: list[dict[str, Any]], *words: str) -> Result:
    """`mandates sources survey`, in a thread: the publisher answers in this one."""
    config = tmp_path / "config"
    config.mkdir(exist_ok=True)
    with (config / "sources.yaml").open("w", encoding="utf-8") as file:
        YAML().dump(sources, file)
    words = ("--config", str(config), "sources", "survey", *words)
    return await asyncio.to_thread(CliRunner().invoke, cli, words)


def recorded(home: Path) -> list[Path]:
    """The warehouses below a home."""
    return list(home.rglob("live.duckdb"))


EXPECTED = {
    "works": ("works", ""),
    "robots": ("robots", "policy.ignore_robots"),
    "refused": ("refused", "ask the publisher to admit MandateMonitor"),
    "challenged": ("refused", "for browsers only"),
    "too-often": ("refused", "raise `policy.pace`"),
    "changed": ("changed", 'item: {css: "li.entry"}'),
    "moved": ("changed", 'item: {json: "results.*"}'),
    "gone": ("nothing", "mandates sources new"),
    "empty": ("nothing", "nothing was published lately"),
    "broken": ("unreachable", "try again later"),
    "unreachable": ("unreachable", "HTTPS_PROXY"),
}


async def test_each_way_to_answer_has_its_word_and_advice(publisher: Publisher, home: Path, tmp_path: Path) -> None:
    """What works, is refused, has changed, is gone or cannot be reached is told apart, with what can be done."""
    result = await survey(tmp_path, planted(publisher), "--live", "--json")
    assert result.exit_code == 1
    found = {row["source"]: row for row in json.loads(result.stdout)}
    assert set(found) == set(EXPECTED)
    for name, (word, advice) in EXPECTED.items():
        assert found[name]["result"] == word, found[name]
        assert advice in found[name]["advice"], found[name]
    assert found["changed"]["advice"].count("Decision number 0") == 1
    assert f"[{len(EXPECTED)}/{len(EXPECTED)}]" in result.stderr
    assert "/private/list" not in publisher.targets()
    assert not recorded(home)


async def test_a_publisher_is_asked_for_little(publisher: Publisher, home: Path, tmp_path: Path) -> None:
    """Three documents of a source are enough to see that it works."""
    sources = [each for each in planted(publisher) if each["id"] == "works"]
    result = await survey(tmp_path, sources, "--live")
    assert result.exit_code == 0
    assert "6 items, 3 taken, 3 not fetched" in result.stdout
    assert publisher.targets() == ["/works", "/works/0", "/works/1", "/works/2"]


@pytest.mark.parametrize("ending", ["md", "html"])
async def test_a_survey_is_a_page_to_hand_on(publisher: Publisher, home: Path, tmp_path: Path, ending: str) -> None:
    """The page has the counts, and every source with its result; words of publishers are never markup."""
    publisher.says("/bad", Answer("<script>alert(1)</script>|", 403, type="text/plain"))
    sources = [*planted(publisher), {"id": "bad", "url": publisher.url + "/bad", "policy": POLICY, **LISTING}]
    path = tmp_path / f"survey.{ending}"
    result = await survey(tmp_path, sources, "--live", "--all", "--report", str(path))
    assert result.exit_code == 1
    text = path.read_text(encoding="utf-8")
    assert "13 sources: 2 work, 2 nothing, 1 robots, 4 refused, 2 changed, 2 unreachable" in text.replace("\\", "")
    for source in sources:
        assert source["id"] in text.replace("\\", "")
    assert "<script>" not in text
    assert result.stdout.strip().endswith("2 unreachable")


async def test_what_works_is_kept_and_surveyed_again_without_the_web(
    publisher: Publisher, home: Path, tmp_path: Path
) -> None:
    """Saved responses of the sources that work say the same without a request."""
    kept = tmp_path / "samples"
    sources = planted(publisher)
    result = await survey(tmp_path, sources, "--live", "--save", str(kept))
    assert "saved 1 samples" in result.stderr
    assert [path.name for path in kept.iterdir()] == ["works"]
    publisher.asked.clear()
    again = await survey(tmp_path, sources, "--samples", str(kept), "--json")
    assert publisher.asked == []
    assert [(row["source"], row["result"]) for row in json.loads(again.stdout)] == [("works", "works")]


async def test_what_is_asked_for_wrongly_is_said(tmp_path: Path) -> None:
    """Neither or both of --live and --samples, --save without --live, a report of another kind: exit code 2."""
    for words in ([], ["--live", "--samples", str(tmp_path)], ["--samples", str(tmp_path), "--save", "x"]):
        assert (await survey(tmp_path, [], *words)).exit_code == 2
    assert (await survey(tmp_path, [], "--live", "--report", "survey.doc")).exit_code == 2
