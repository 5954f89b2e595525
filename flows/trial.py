"""Trying a source before it goes live: one crawl of which nothing is recorded, shown field by field."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from config.settings import Settings
from flows.analysing import reading_pool
from flows.console import visible
from scrapers.crawl.crawl import crawl
from scrapers.http.client import Fetcher
from scrapers.kinds.registry import kind_of
from scrapers.publication import Memory
from scrapers.samples.recorded import RecordedAnswers
from scrapers.samples.sampling import Sampling, save

if TYPE_CHECKING:
    from pathlib import Path

    from config.sources import Source
    from scrapers.publication import Harvest

expected_file = "expected.json"


def from_sample(source: Source, sample: Path) -> Harvest:
    """What a source gives from a saved page, or from a folder with a `site.yaml`.

    Raises:
        ConfigError: the folder's `site.yaml` cannot be used.
    """
    if sample.is_dir():
        answers = RecordedAnswers.of(sample)
    else:
        answers = RecordedAnswers.single(kind_of(source).first_address(source), sample)
    return asyncio.run(crawl(source, Memory(), answers, now=answers.taken_at))


def from_web(source: Source) -> tuple[Harvest, Sampling]:
    """What a source gives when its publisher is asked, as a run would for the first time; and what was answered."""

    async def once() -> tuple[Harvest, Sampling]:
        settings = Settings()
        async with Fetcher(settings.contact) as fetcher, reading_pool(settings) as reading:
            sampling = Sampling(fetcher)
            return await crawl(source, Memory(), sampling, reading=reading), sampling

    return asyncio.run(once())


@dataclass(frozen=True, slots=True)
class Saved:
    """What was saved as a sample: how many answers, and what it cannot hold.

    `same` says whether it gives the publications that the web gave, `before` whether those are what was expected of the
    sample before it (None: there was none).
    """

    folder: Path
    answers: int
    lost: tuple[str, ...]
    same: bool
    before: bool | None


def keep_sample(source: Source, harvest: Harvest, sampling: Sampling, folder: Path) -> Saved:
    """Save a live answer as the source's sample, with the publications that the sample gives as what is expected.

    Raises:
        ConfigError: the folder holds a `site.yaml` that cannot be used.
        OSError: the folder cannot be written.
    """
    sample = sampling.sample()
    replayed = as_shown(asyncio.run(crawl(source, Memory(), sample, now=sample.taken_at)))
    answers = save(sample, folder)
    expected = folder / expected_file
    before = json.loads(expected.read_text(encoding="utf-8")) == replayed if expected.exists() else None
    expected.write_text(json.dumps(replayed, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    lost = tuple(f"{url}: {reason}" for url, reason in sampling.lost.items())
    same = replayed["publications"] == as_shown(harvest)["publications"]
    return Saved(folder, answers, lost, same, before)


def words_on(saved: Saved) -> tuple[str, ...]:
    """What was saved, and what a person has to look at, a sentence each."""
    sentences = [f"saved {saved.answers} responses in {saved.folder}, complete, as the publisher sent them"]
    sentences += [f"not saved, because the response was incomplete: {line}" for line in saved.lost]
    if not saved.same:
        sentences.append("the sample gives different publications from those on the web just now")
    if saved.before is None:
        sentences.append(f"{expected_file} is new: read it before you rely on it")
    elif saved.before:
        sentences.append(f"{expected_file} is unchanged: the source gives the expected publications")
    else:
        sentences.append(f"{expected_file} has changed: compare it with the one before")
    return tuple(sentences)


def as_shown(harvest: Harvest) -> dict[str, Any]:
    """A harvest as plain values, in the order in which a person checks them; the golden pairs have this shape."""
    return {
        "outcome": harvest.outcome,
        "error": harvest.error,
        "items_seen": harvest.items_seen,
        "publications": [
            {
                "identity": publication.identity,
                "symbol": publication.symbol,
                "title": publication.title,
                "kind": publication.kind,
                "stage": publication.stage,
                "body": publication.body,
                "language": publication.language,
                "published_on": publication.published.value.isoformat() if publication.published else None,
                "published_precision": publication.published.precision if publication.published else None,
                "published_origin": publication.published.origin if publication.published else None,
                "author": publication.author,
                "url": publication.url,
                "topics": list(publication.topics),
                "summary": publication.summary,
                "related": [[link.relation, link.symbol, link.evidence] for link in publication.related],
                "relevance": publication.relevance,
                "text": publication.text.text[:200] if publication.text else None,
                "text_chars": len(publication.text.text) if publication.text else None,
                "text_flags": list(publication.text.flags) if publication.text else [],
            }
            for publication in harvest.publications
        ],
        "dropped": [[row.url, row.title, row.reason, row.kind] for row in harvest.dropped],
    }


def print_check(shown: dict[str, Any]) -> None:
    """A harvest for people."""
    from rich.console import Console
    from rich.markup import escape

    console = Console(highlight=False)
    for number, publication in enumerate(shown["publications"], start=1):
        console.print(f"[bold]{number}. {escape(visible(publication['title']))}[/bold]")
        for name, value in publication.items():
            if name != "title" and value not in (None, [], ""):
                words = "; ".join(map(str, value)) if isinstance(value, list) else str(value)
                console.print(f"   {name:20} {escape(visible(' '.join(words.split())))}", soft_wrap=True)
    kinds = {"filtered": "[yellow]filtered out[/yellow]", "failed": "[red]failed[/red]"}
    for url, title, reason, kind in shown["dropped"]:
        what = escape(visible(title or url or "?"))
        console.print(f"{kinds.get(kind, kind)} {what}: {escape(reason)}", soft_wrap=True)
    count = Counter(kind for *_, kind in shown["dropped"])
    line = (
        f"{shown['items_seen']} items, {len(shown['publications'])} taken, {count['filtered']} filtered out, "
        f"{count['failed']} failed"
    )
    if shown["error"]:
        console.print(f"[red]would fail:[/red] {escape(shown['error'])}", soft_wrap=True)
    console.print(line)
