"""`mandates ingest`: local files as a source."""

from __future__ import annotations

import json
from pathlib import Path

import click

from flows.cli import exit_failed


@click.command(epilog="Example: mandates ingest ~/resolutions/*.pdf")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--source", default="local", show_default=True, help="Name under which the files are recorded.")
@click.option("--json", "as_json", is_flag=True, help="Print what happened as JSON.")
def command(paths: tuple[Path, ...], source: str, as_json: bool) -> None:
    """Record local files (.txt, .html, .pdf, .docx) or folders of them, as if a source had shown them.

    Alerts wait in the outbox until `mandates deliver`. Exit code 1: a file or its words could not be read; the others
    are recorded.
    """
    from config.sessions import load_sessions
    from config.settings import Settings
    from config.source_blocks import Policy
    from config.subscriptions import load_subscriptions
    from flows.analysing import Analysing
    from flows.console import progress
    from flows.engine import speak_up
    from flows.recording import record_landed, take_in
    from flows.report import as_ingested, print_ingested
    from scrapers.crawl.item_states import with_states
    from scrapers.kinds.files import read_files
    from warehouse.load.source_memory import memory_of

    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise click.UsageError(f"no such file or folder: {', '.join(missing)}")
    settings = Settings()
    speak_up()
    subscriptions = load_subscriptions(settings.config)
    calendar = settings.config / "sessions.yaml"
    load_sessions(calendar)
    with progress("Reading and analysing the files …"):
        harvest = with_states(read_files(source, paths), memory_of(settings.home, source), Policy())
        crawled = take_in(settings.home, harvest, Analysing(calendar))
    with progress("Recording …"):
        recorded = record_landed(settings, subscriptions)
    if as_json:
        click.echo(json.dumps(as_ingested(crawled, recorded), ensure_ascii=False, indent=2, default=str))
    else:
        print_ingested(crawled, recorded)
    if crawled.harvest.outcome == "failed" or crawled.harvest.dropped:
        raise SystemExit(exit_failed)
