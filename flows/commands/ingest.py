"""`mandates ingest`: local files as a source."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.cli import exit_failed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flows.recording import Crawled
    from scrapers.publication import Harvest
    from warehouse.model import Recorded


async def read_and_record(
    source_id: str, paths: Sequence[Path], tell: Callable[[int, int], None]
) -> tuple[Crawled, Recorded]:
    """Read files in reading processes, and record them in groups as they come."""
    from config.sessions import load_sessions
    from config.settings import Settings
    from config.source_blocks import Policy
    from config.subscriptions import load_subscriptions
    from flows.analysing import Analysing, reading_pool
    from flows.recorder import Recorder
    from scrapers.crawl.local import crawl_files
    from warehouse.load.source_memory import memory_of

    settings = Settings()
    subscriptions = load_subscriptions(settings.config)
    calendar = settings.config / "sessions.yaml"
    load_sessions(calendar)
    analyse = Analysing(calendar)
    memory = memory_of(settings.home, source_id)
    recorder = Recorder(settings, subscriptions, analyse, delivers=False)
    parts: list[Crawled] = []

    async def land(part: Harvest) -> None:
        parts.append(await recorder.land(part))

    async with reading_pool(settings) as reading, recorder:
        harvest = await crawl_files(
            source_id, paths, memory, Policy(), reading=reading, analyse=analyse, land=land, tell=tell
        )
        crawled = (await recorder.land(harvest)).after(parts)
    return crawled, recorder.recorded


@click.command(epilog="Example: mandates ingest ~/resolutions/*.pdf")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--source", default="local", show_default=True, help="Name of the source to record the files under.")
@click.option("--full", is_flag=True, help="Show all that was found, with every word.")
@click.option("--json", "as_json", is_flag=True, help="Print what happened as JSON.")
def command(paths: tuple[Path, ...], source: str, full: bool, as_json: bool) -> None:
    """Record local files (.txt, .html, .pdf, .docx) or folders of them, as if a source had published them.

    Files that have not changed are not read again. Alerts wait in the outbox until you run `mandates deliver`. Exit
    code 1: a file or its text could not be read; the others are recorded.
    """
    from config.settings import Settings
    from flows.console import counted_progress
    from flows.engine import speak_up
    from flows.report import print_ingested
    from flows.report_json import as_ingested
    from warehouse.outbox.history import waiting

    missing = [str(path) for path in paths if not path.exists() and not path.is_symlink()]
    if missing:
        raise click.UsageError(f"no such file or folder: {', '.join(missing)}")
    speak_up()
    with counted_progress("Reading and recording the files …", "files") as tell:
        crawled, recorded = asyncio.run(read_and_record(source, paths, tell))
    if as_json:
        click.echo(json.dumps(as_ingested(crawled, recorded), ensure_ascii=False, indent=2, default=str))
    else:
        held = [each for each in waiting(Settings().home) if each.state == "held"]
        print_ingested(crawled, recorded, held, full=full)
    if crawled.harvest.outcome == "failed" or crawled.harvest.dropped:
        raise SystemExit(exit_failed)
